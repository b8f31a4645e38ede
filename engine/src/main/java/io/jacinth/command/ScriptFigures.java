package io.jacinth.command;

/**
 * How many scripts and functions there are and what they take; any thread asks, and may see a
 * moment behind.
 */
public interface ScriptFigures {
  /** Of a store without scripts. */
  ScriptFigures NONE =
      new ScriptFigures() {
        @Override
        public long scripts() {
          return 0;
        }

        @Override
        public long scriptBytes() {
          return 0;
        }

        @Override
        public long evictedScripts() {
          return 0;
        }

        @Override
        public void resetCounters() {}

        @Override
        public long libraries() {
          return 0;
        }

        @Override
        public long functions() {
          return 0;
        }

        @Override
        public long libraryBytes() {
          return 0;
        }

        @Override
        public long scriptValueBytes() {
          return 0;
        }

        @Override
        public long functionValueBytes() {
          return 0;
        }
      };

  /** Scripts that can be called by their names. */
  long scripts();

  /** Bytes of their sources. */
  long scriptBytes();

  /** Scripts that had to make room for others, since the last {@link #resetCounters}. */
  long evictedScripts();

  void resetCounters();

  long libraries();

  long functions();

  /** Bytes of the libraries' sources. */
  long libraryBytes();

  /** Java heap that scripts have taken for their values. */
  long scriptValueBytes();

  /** Java heap that functions have taken for their values. */
  long functionValueBytes();
}
