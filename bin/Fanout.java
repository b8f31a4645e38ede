import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What it costs servers to deliver messages of one publisher to many subscribers, side by side.
 *
 * <pre>
 * taskset -c 0 java bin/Fanout.java ROUNDS NAME=COMMAND...
 * </pre>
 *
 * <p>A command starts a server and becomes its process; {port} and {dir} are filled in. Servers
 * take turns, each pinned to the last core. Each time 1 publisher sends messages of 32 bytes to
 * 1000 subscribers, singly or 16 at once, and goes on when all have got them. Shown is the server's
 * CPU time per delivered message, user time and all, medians of the rounds; the least of the later
 * ones is what the first one's ratio refers to.
 */
final class Fanout {
  private static final int SUBSCRIBERS = 1_000;
  private static final int MESSAGES = 800;
  private static final int WARM_UP_MESSAGES = 400;
  private static final int[] DEPTHS = {1, 16};
  private static final String MESSAGE =
      "*3\r\n$7\r\nmessage\r\n$7\r\nchannel\r\n$32\r\n" + "x".repeat(32) + "\r\n";
  private static final String PUBLISH =
      "*3\r\n$7\r\nPUBLISH\r\n$7\r\nchannel\r\n$32\r\n" + "x".repeat(32) + "\r\n";
  private static final String SUBSCRIBE = "*2\r\n$9\r\nSUBSCRIBE\r\n$7\r\nchannel\r\n";
  private static final String SUBSCRIBED = "*3\r\n$9\r\nsubscribe\r\n$7\r\nchannel\r\n:1\r\n";
  private static final String DELIVERED = ":" + SUBSCRIBERS + "\r\n";

  /** Of the kernel's clock in /proc. */
  private static final double MICROS_PER_TICK = 10_000;

  private final Selector selector = Selector.open();
  private final List<SocketChannel> channels = new ArrayList<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
  private final SocketChannel publisher;
  private final Process process;
  private final Path directory;

  private Fanout(String command) throws Exception {
    directory = Files.createTempDirectory("fanout");
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    int core = Runtime.getRuntime().availableProcessors() > 1 ? 1 : 0;
    for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
      core = line.startsWith("processor") ? Integer.parseInt(line.replaceAll("\\D", "")) : core;
    }
    List<String> words = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core)));
    for (String word : command.split(" ")) {
      words.add(word.replace("{port}", Integer.toString(port)).replace("{dir}", "" + directory));
    }
    process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    publisher = connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    for (int i = 0; i < SUBSCRIBERS; i++) {
      SocketChannel channel =
          SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      channels.add(channel);
      write(channel, SUBSCRIBE);
      read(channel, SUBSCRIBED.length());
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
    }
  }

  private SocketChannel connect(InetSocketAddress address) throws Exception {
    for (int i = 0; i < 400; i++) {
      try {
        return SocketChannel.open(address);
      } catch (IOException e) {
        if (!process.isAlive()) {
          throw new IOException(Files.readString(directory.resolve("log")));
        }
        Thread.sleep(50);
      }
    }
    throw new IOException("the server does not start");
  }

  private static void write(SocketChannel channel, String text) throws IOException {
    channel.write(ByteBuffer.wrap(text.getBytes(US_ASCII)));
  }

  private static String read(SocketChannel channel, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new IOException("the server has closed a connection");
      }
    }
    return new String(bytes.array(), US_ASCII);
  }

  private void publish(int count, int depth) throws IOException {
    for (int sent = 0; sent < count; sent += depth) {
      write(publisher, PUBLISH.repeat(depth));
      long missing = (long) SUBSCRIBERS * MESSAGE.length() * depth;
      while (missing > 0) {
        selector.select();
        for (SelectionKey key : selector.selectedKeys()) {
          buffer.clear();
          missing -= ((SocketChannel) key.channel()).read(buffer);
        }
        selector.selectedKeys().clear();
      }
      String replies = read(publisher, DELIVERED.length() * depth);
      if (!replies.equals(DELIVERED.repeat(depth))) {
        throw new IOException("not all have got it: " + replies);
      }
    }
  }

  /** User and system time of the server in ticks. */
  private long[] ticks() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return new long[] {Long.parseLong(fields[11]), Long.parseLong(fields[12])};
  }

  /** User time and all time per delivered message, in microseconds. */
  private double[] measure(int depth) throws IOException {
    publish(WARM_UP_MESSAGES, depth);
    long[] before = ticks();
    publish(MESSAGES, depth);
    long[] after = ticks();
    double user = (after[0] - before[0]) * MICROS_PER_TICK;
    double all = user + (after[1] - before[1]) * MICROS_PER_TICK;
    double deliveries = (double) MESSAGES * SUBSCRIBERS;
    return new double[] {user / deliveries, all / deliveries};
  }

  private void close() throws Exception {
    for (SocketChannel channel : channels) {
      channel.close();
    }
    publisher.close();
    selector.close();
    process.destroy();
    process.waitFor();
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[0]);
    Map<String, String> servers = new LinkedHashMap<>();
    for (int i = 1; i < arguments.length; i++) {
      String[] parts = arguments[i].split("=", 2);
      servers.put(parts[0], parts[1]);
    }
    Map<String, double[][][]> results = new LinkedHashMap<>();
    servers.keySet().forEach(name -> results.put(name, new double[DEPTHS.length][2][rounds]));
    for (int round = 0; round < rounds; round++) {
      for (Map.Entry<String, String> server : servers.entrySet()) {
        Fanout fanout = new Fanout(server.getValue());
        for (int i = 0; i < DEPTHS.length; i++) {
          double[] micros = fanout.measure(DEPTHS[i]);
          results.get(server.getKey())[i][0][round] = micros[0];
          results.get(server.getKey())[i][1][round] = micros[1];
        }
        fanout.close();
      }
    }
    for (int i = 0; i < DEPTHS.length; i++) {
      double own = 0;
      double best = Double.MAX_VALUE;
      for (Map.Entry<String, double[][][]> result : results.entrySet()) {
        double user = median(result.getValue()[i][0]);
        double all = median(result.getValue()[i][1]);
        System.out.printf(
            "%2d at once: %-10s %.3f us CPU for each delivered message, %.3f of it user%n",
            DEPTHS[i], result.getKey(), all, user);
        if (own == 0) {
          own = all;
        } else {
          best = Math.min(best, all);
        }
      }
      System.out.printf(
          "%2d at once: %.2f times the better of the others%n", DEPTHS[i], own / best);
    }
  }
}
