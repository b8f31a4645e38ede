package io.jacinth.config;

/**
 * Why a directive is accepted though its value changes nothing; docs/differences.md lists them by
 * these reasons.
 */
public enum Inert {
  ALLOCATOR("Memory is Jacinth's own: no jemalloc, and huge pages are left to the system."),
  DEFRAGMENTATION("There is no active defragmentation yet."),
  LAZY_FREEING("Large values are freed in slices, whoever removes them; small ones at once."),
  NO_CYCLE("Work is done in bounded slices when it is due, not in a periodic cycle."),
  EXPIRY("What has expired is reclaimed within a second, with as much effort as that takes."),
  EVENT_LOOP("New connections are accepted in turn with the requests of others."),
  CLIENT_EVICTION("Clients are bounded each on its own, not yet all together."),
  SOCKET_MARK("Java cannot mark sockets."),
  PROCESS("A Java process cannot become a daemon or rename itself: the service manager does."),
  USER_DATA("The log never shows keys or values."),
  SYSLOG("The log goes to standard output or a file; the service manager takes it from there."),
  CRASHES("The JVM writes its own crash report."),
  KILL_SCORE("The service manager sets it, before the process gives up the right to."),
  CPU_LIST("The service manager, taskset or a container chooses the CPUs."),
  COLLATION("Only bytes are compared."),
  MODULES("There are no modules."),
  ACL("There are no users but the default one yet."),
  OBSERVATION("There is no SLOWLOG and no LATENCY yet."),
  TRACKING("There is no client-side caching yet."),
  TYPES("The types that it is for do not exist yet."),
  LIST_COMPRESSION("Lists are not compressed: elements are read and changed where they stand."),
  PERSISTENCE("Nothing is written to disk yet."),
  REPLICATION("There is no replication yet."),
  CLUSTER("There is no cluster mode yet."),
  TLS("There is no TLS yet; what would turn it on is refused.");

  private final String reason;

  Inert(String reason) {
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }
}
