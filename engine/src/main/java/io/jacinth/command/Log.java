package io.jacinth.command;

/** Where the store tells its operator what happens; Redis's four levels. */
public interface Log {
  /** Forgets everything. */
  Log SILENT = new Log() { // no lambda: it would be linked anew at every start
        @Override
        public void log(Level level, String text) {}
      };

  /** From the least important on. */
  enum Level {
    DEBUG,
    VERBOSE,
    NOTICE,
    WARNING
  }

  void log(Level level, String text);

  default void notice(String text) {
    log(Level.NOTICE, text);
  }

  default void warning(String text) {
    log(Level.WARNING, text);
  }

  default void verbose(String text) {
    log(Level.VERBOSE, text);
  }
}
