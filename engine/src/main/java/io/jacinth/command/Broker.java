package io.jacinth.command;

/** Who passes messages from publishers to subscribers, as INFO shows it; any thread. */
public interface Broker {
  /** Before there is one. */
  Broker NONE =
      new Broker() {
        @Override
        public int channels() {
          return 0;
        }

        @Override
        public int patterns() {
          return 0;
        }

        @Override
        public int shardChannels() {
          return 0;
        }

        @Override
        public int subscribers() {
          return 0;
        }
      };

  /** Channels that somebody has subscribed to. */
  int channels();

  /** Patterns that somebody has subscribed to. */
  int patterns();

  /** Shard channels that somebody has subscribed to. */
  int shardChannels();

  /** Clients that have subscribed to anything. */
  int subscribers();
}
