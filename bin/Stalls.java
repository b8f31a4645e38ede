import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How long huge collections make others wait: measures a server that runs on the loopback
 * interface.
 *
 * <pre>
 * java bin/Stalls.java PORT [MEMBERS [ROUNDS]]
 * </pre>
 *
 * <p>For each type a collection of a million members is made. Then single-element commands are sent
 * to it one at a time. Then it is removed, by UNLINK, by expiry, by eviction, while a second client
 * sends one PING after the other, whose longest wait counts; the last column is that of an equal
 * time without a removal. All is done several times, the same each time, and the least of the
 * rounds counts for each command and each removal: what a command or a removal costs comes again,
 * the pauses of a machine and of a compiler at work strike another one.
 */
final class Stalls {
  private static final int SINGLE_COMMANDS = 20_000;
  private static final int BATCH = 500;
  private static final long WATCH_MILLIS = 700;

  /** Name; how to add member number %d to a key; commands on one element. */
  private static final String[][] TYPES = {
    {"list", "RPUSH %2$s element:%1$012d", "LINDEX %2$s %1$d", "LPUSH %2$s x", "LSET %2$s %1$d y"},
    {
      "hash",
      "HSET %2$s field:%1$012d value:%1$012d",
      "HGET %2$s field:%1$012d",
      "HSET %2$s new:%1$d v",
      "HDEL %2$s new:%1$d"
    },
    {
      "set",
      "SADD %2$s member:%1$012d",
      "SISMEMBER %2$s member:%1$012d",
      "SADD %2$s new:%1$d",
      "SREM %2$s new:%1$d"
    },
    {
      "zset",
      "ZADD %2$s %1$d member:%1$012d",
      "ZRANK %2$s member:%1$012d",
      "ZADD %2$s %1$d new:%1$d",
      "ZREM %2$s new:%1$d"
    },
    {
      "stream",
      "XADD %2$s * temperature %1$012d",
      "XADD %2$s * temperature %1$d",
      "XLEN %2$s",
      "XREVRANGE %2$s + - COUNT 1"
    },
  };

  private static final String[] REMOVALS = {
    "UNLINK big", "PEXPIRE big 50", "CONFIG SET maxmemory 1mb", "EXISTS big"
  };

  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    int members = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000_000;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
    System.out.println(
        "type      one element: p99.9, longest us"
            + " | PING longest us: UNLINK, expiry, eviction, nothing");
    try (Client client = new Client(port);
        Client watcher = new Client(port)) {
      client.call("CONFIG SET maxmemory-policy allkeys-random");
      for (String[] type : TYPES) {
        long[] single = new long[SINGLE_COMMANDS];
        Arrays.fill(single, Long.MAX_VALUE);
        long[] waits = new long[REMOVALS.length];
        Arrays.fill(waits, Long.MAX_VALUE);
        for (int round = 0; round < rounds; round++) {
          for (int removal = 0; removal < REMOVALS.length; removal++) {
            if (removal < REMOVALS.length - 1) {
              fill(client, type, members);
            }
            if (removal == 0) {
              single(client, type, members, single);
            }
            waits[removal] = Math.min(waits[removal], watch(watcher, client, REMOVALS[removal]));
            client.call("CONFIG SET maxmemory 0");
          }
        }
        Arrays.sort(single);
        System.out.printf(
            "%-9s %10.0f %10.0f | %10.0f %10.0f %10.0f %10.0f%n",
            type[0],
            single[single.length - 1 - single.length / 1000] / 1e3,
            single[single.length - 1] / 1e3,
            waits[0] / 1e3,
            waits[1] / 1e3,
            waits[2] / 1e3,
            waits[3] / 1e3);
      }
    }
  }

  private static void fill(Client client, String[] type, int members) throws IOException {
    for (int i = 0; i < members; i += BATCH) {
      for (int j = i; j < i + BATCH; j++) {
        client.write(String.format(type[1], j, "big"));
      }
      client.flush();
      for (int j = 0; j < BATCH; j++) {
        client.read();
      }
    }
  }

  /** Measures each command in nanoseconds and keeps the shorter of its times. */
  private static void single(Client client, String[] type, int members, long[] nanos)
      throws IOException {
    for (int i = 0; i < nanos.length; i++) {
      String command = type[2 + i % (type.length - 2)];
      long number = i * 7919L % members;
      String line = String.format(command, number, "big");
      long start = System.nanoTime();
      client.call(line);
      nanos[i] = Math.min(nanos[i], System.nanoTime() - start);
    }
  }

  /** The longest wait of one client for PING while another one's command takes effect. */
  private static long watch(Client watcher, Client client, String command) throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    long[] longest = new long[1];
    Thread watching =
        new Thread(
            () -> {
              try {
                while (!done.get()) {
                  long start = System.nanoTime();
                  watcher.call("PING");
                  longest[0] = Math.max(longest[0], System.nanoTime() - start);
                }
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    watcher.call("PING");
    watching.start();
    client.call(command);
    Thread.sleep(WATCH_MILLIS);
    done.set(true);
    watching.join();
    return longest[0];
  }

  /** A connection that reads replies only to know where they end. */
  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final InputStream input;
    private final OutputStream output;
    private final StringBuilder pending = new StringBuilder();

    Client(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      input = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      output = socket.getOutputStream();
    }

    void write(String line) {
      String[] words = line.split(" ");
      pending.append('*').append(words.length).append("\r\n");
      for (String word : words) {
        pending.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
      }
    }

    void flush() throws IOException {
      output.write(pending.toString().getBytes(ISO_8859_1));
      pending.setLength(0);
    }

    void call(String line) throws IOException {
      write(line);
      flush();
      read();
    }

    void read() throws IOException {
      String line = line();
      int count =
          line.charAt(0) == '$' || line.charAt(0) == '*' ? Integer.parseInt(line.substring(1)) : 0;
      switch (line.charAt(0)) {
        case '-' -> throw new IOException(line);
        case '$' -> input.skipNBytes(count < 0 ? 0 : count + 2);
        case '*' -> {
          for (int i = 0; i < count; i++) {
            read();
          }
        }
        default -> {}
      }
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = input.read(); c != '\r'; c = input.read()) {
        if (c < 0) {
          throw new IOException("the server has closed the connection");
        }
        line.append((char) c);
      }
      input.skipNBytes(1);
      return line.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
