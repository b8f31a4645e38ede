package io.jacinth.command;

import java.util.List;

/** What surrounds a store and INFO tells of: its network side and its process. */
public interface Host {
  /** A store that nobody can connect to. */
  Host NONE = new Host() {};

  /** How connections are watched, for example {@code io_uring}. */
  default String multiplexing() {
    return "none";
  }

  /** The port of TCP connections, 0 for none. */
  default int tcpPort() {
    return 0;
  }

  /** Where connections are accepted, for example {@code name=tcp,bind=127.0.0.1,port=6379}. */
  default List<String> listeners() {
    return List.of();
  }
}
