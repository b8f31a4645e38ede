package io.jacinth.metrics;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the operating system and the JVM say of this process.
 *
 * <p>Linux tells most in {@code /proc}; elsewhere some figures are not to be had and are 0.
 */
public final class ProcessFigures {
  /** Of {@code /proc}: always 100 for user programs, see {@code proc_pid_stat(5)}. */
  private static final double TICKS_PER_SECOND = 100;

  /** Positions behind the process's name in {@code stat}: utime, stime, cutime, cstime. */
  private static final int USER_FIELD = 11;

  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private ProcessFigures() {}

  /**
   * Processor time in seconds.
   *
   * @param user of the program, {@code system} of the kernel for it
   * @param childUser the same of processes that it has started and that have ended
   */
  public record Cpu(double user, double system, double childUser, double childSystem) {}

  /** Memory of the process that is in physical memory. */
  public static long residentBytes() {
    String status = read("/proc/self/status");
    int at = status.indexOf("VmRSS:");
    if (at < 0) {
      return 0;
    }
    String line = status.substring(at + "VmRSS:".length(), status.indexOf('\n', at));
    return Long.parseLong(line.replace("kB", "").strip()) << 10;
  }

  /** Processor time of all threads. */
  public static Cpu processCpu() {
    Cpu cpu = cpu("/proc/self/stat");
    return cpu != null ? cpu : new Cpu(SYSTEM.getProcessCpuTime() / 1e9, 0, 0, 0);
  }

  /** Processor time of the calling thread. */
  public static Cpu threadCpu() {
    Cpu cpu = cpu("/proc/thread-self/stat");
    return cpu != null
        ? cpu
        : new Cpu(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9, 0, 0, 0);
  }

  private static Cpu cpu(String file) {
    String stat = read(file);
    int name = stat.lastIndexOf(") ");
    if (name < 0) {
      return null;
    }
    String[] fields = stat.substring(name + 2).split(" ", -1);
    double[] seconds = new double[4];
    for (int i = 0; i < seconds.length; i++) {
      seconds[i] = Long.parseLong(fields[USER_FIELD + i]) / TICKS_PER_SECOND;
    }
    return new Cpu(seconds[0], seconds[1], seconds[2], seconds[3]);
  }

  /** Physical memory of the computer, or of the container. */
  public static long totalMemoryBytes() {
    return SYSTEM.getTotalMemorySize();
  }

  /** The Java heap. */
  public static MemoryUsage heap() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
  }

  /** Garbage collections so far. */
  public static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }

  /** Time spent in them. */
  public static long collectionMillis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .sum();
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
