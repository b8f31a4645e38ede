package io.jacinth.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Messages of several publishers to many subscribers on all I/O threads: none is lost, none comes
 * twice, those of one publisher come in order, and all subscribers of a channel see one order.
 *
 * <p>{@code -Djacinth.pubsub.messages} says how many messages; a million take some minutes.
 */
final class PubSubStressTest {
  private static final int MESSAGES = Integer.getInteger("jacinth.pubsub.messages", 20_000);
  private static final int THREADS = 4;
  private static final int PUBLISHERS = 4;
  private static final int SUBSCRIBERS = 100;

  /** Sent before their replies are read. */
  private static final int DEPTH = 50;

  /** A publisher waits before it is so far ahead of any subscriber. */
  private static final int MAX_AHEAD = 2_000;

  private static final int LIMIT_MINUTES = 30;
  private static final int SILENCE_LIMIT_SECONDS = 30;

  /** How many messages of each publisher each subscriber has got. */
  private final AtomicLongArray received = new AtomicLongArray(SUBSCRIBERS * PUBLISHERS);

  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final InputStream input;
    private final OutputStream output;

    Client(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(SILENCE_LIMIT_SECONDS));
      input = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      output = socket.getOutputStream();
    }

    void send(String text) throws IOException {
      output.write(text.getBytes(US_ASCII));
    }

    void expect(String text) throws IOException {
      assertEquals(text, new String(input.readNBytes(text.length()), US_ASCII));
    }

    String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = input.read(); c != '\n'; c = input.read()) {
        line.append((char) c);
      }
      return line.toString().trim();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void noMessageIsLostAndAllComeInOrder() throws Exception {
    List<Client> clients = new ArrayList<>();
    try (Jacinth server =
            Jacinth.builder()
                .port(0)
                .set("io-threads", Integer.toString(THREADS))
                .set("client-output-buffer-limit", "pubsub 0 0 0")
                .start();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> orders = new ArrayList<>();
      for (int i = 0; i < SUBSCRIBERS; i++) {
        Client client = new Client(server.port());
        clients.add(client);
        int number = i;
        subscribe(client, number);
        orders.add(threads.submit(() -> receive(client, number)));
      }
      List<Future<?>> publishers = new ArrayList<>();
      for (int i = 0; i < PUBLISHERS; i++) {
        Client client = new Client(server.port());
        clients.add(client);
        int number = i;
        publishers.add(
            threads.submit(
                () -> {
                  publish(client, number);
                  return null;
                }));
      }
      for (Future<?> publisher : publishers) {
        publisher.get(LIMIT_MINUTES, TimeUnit.MINUTES);
      }
      int first = orders.getFirst().get(LIMIT_MINUTES, TimeUnit.MINUTES);
      for (Future<Integer> order : orders) {
        assertEquals(first, order.get(LIMIT_MINUTES, TimeUnit.MINUTES), "not the same order");
      }
      for (Client client : clients) {
        client.close();
      }
    }
  }

  /** Over RESP2 and RESP3 in turn, to the channel and to a pattern in turn. */
  private static void subscribe(Client client, int number) throws IOException {
    char type = '*';
    if (number % 2 == 1) {
      type = '>';
      client.send("HELLO 3\r\n");
      while (!client.line().equals("modules")) {
        // the last but one line; then comes an empty array
      }
      client.expect("*0\r\n");
    }
    if (number % 4 < 2) {
      client.send("SUBSCRIBE stress\r\n");
      client.expect(type + "3\r\n$9\r\nsubscribe\r\n$6\r\nstress\r\n:1\r\n");
    } else {
      client.send("PSUBSCRIBE st*\r\n");
      client.expect(type + "3\r\n$10\r\npsubscribe\r\n$3\r\nst*\r\n:1\r\n");
    }
  }

  private static String message(int publisher, int sequence) {
    return publisher + ":" + String.format("%08d", sequence);
  }

  private static void publish(Client client, int number, int from, int count) throws IOException {
    StringBuilder requests = new StringBuilder();
    StringBuilder replies = new StringBuilder();
    for (int i = from; i < from + count; i++) {
      requests.append("*3\r\n$7\r\nPUBLISH\r\n$6\r\nstress\r\n$10\r\n");
      requests.append(message(number, i)).append("\r\n");
      replies.append(':').append(SUBSCRIBERS).append("\r\n");
    }
    client.send(requests.toString());
    client.expect(replies.toString());
  }

  private void publish(Client client, int number) throws IOException {
    for (int done = 0; done < MESSAGES / PUBLISHERS; done += DEPTH) {
      publish(client, number, done, Math.min(DEPTH, MESSAGES / PUBLISHERS - done));
      while (done - slowest(number) > MAX_AHEAD) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    }
  }

  private long slowest(int publisher) {
    long slowest = Long.MAX_VALUE;
    for (int i = 0; i < SUBSCRIBERS; i++) {
      slowest = Math.min(slowest, received.get(i * PUBLISHERS + publisher));
    }
    return slowest;
  }

  /** Receives all messages and gives a hash of their order. */
  private int receive(Client client, int number) throws IOException {
    String head =
        number % 4 < 2
            ? "3\r\n$7\r\nmessage\r\n$6\r\nstress\r\n$10\r\n"
            : "4\r\n$8\r\npmessage\r\n$3\r\nst*\r\n$6\r\nstress\r\n$10\r\n";
    byte[] expected = ((number % 2 == 0 ? "*" : ">") + head).getBytes(US_ASCII);
    int[] next = new int[PUBLISHERS];
    int order = 0;
    for (int i = 0; i < MESSAGES; i++) {
      assertArrayEquals(expected, client.input.readNBytes(expected.length));
      String text = new String(client.input.readNBytes(12), US_ASCII);
      int publisher = text.charAt(0) - '0';
      assertTrue(publisher >= 0 && publisher < PUBLISHERS, text);
      assertEquals(next[publisher]++, Integer.parseInt(text, 2, 10, 10), "of " + publisher);
      received.set(number * PUBLISHERS + publisher, next[publisher]);
      order = 31 * order + publisher;
    }
    return order;
  }

  /**
   * A subscriber that does not read costs as much memory as its limit allows, is cut off, and the
   * publisher hardly notices.
   */
  @Test
  void aSubscriberThatDoesNotReadIsCutOff() throws Exception {
    try (Jacinth server =
            Jacinth.builder()
                .port(0)
                .set("io-threads", "2")
                .set("client-output-buffer-limit", "pubsub 4mb 0 0")
                .start();
        Client slow = new Client(server.port());
        Client fast = new Client(server.port());
        Client publisher = new Client(server.port());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Client client : List.of(slow, fast)) {
        client.send("SUBSCRIBE stress\r\n");
        client.expect("*3\r\n$9\r\nsubscribe\r\n$6\r\nstress\r\n:1\r\n");
      }
      String payload = "x".repeat(1000);
      String message = "*3\r\n$7\r\nmessage\r\n$6\r\nstress\r\n$1000\r\n" + payload + "\r\n";
      int count = 20_000;
      Future<?> reading =
          threads.submit(
              () -> {
                for (int i = 0; i < count; i++) {
                  fast.expect(message);
                }
                return null;
              });
      int cutOffAfter = -1;
      long longestNanos = 0;
      for (int i = 0; i < count; i++) {
        long startNanos = System.nanoTime();
        publisher.send("*3\r\n$7\r\nPUBLISH\r\n$6\r\nstress\r\n$1000\r\n" + payload + "\r\n");
        String receivers = publisher.line();
        if (i > count / 10) {
          longestNanos = Math.max(longestNanos, System.nanoTime() - startNanos);
        }
        if (cutOffAfter < 0 && receivers.equals(":1")) {
          cutOffAfter = i;
        }
      }
      reading.get(1, TimeUnit.MINUTES);
      // 4 MB of its limit, and what the kernel holds of both sockets
      assertTrue(cutOffAfter > 4_000 && cutOffAfter < 15_000, "cut off after " + cutOffAfter);
      assertTrue(longestNanos < TimeUnit.SECONDS.toNanos(1), longestNanos + " ns for a message");
      publisher.send("INFO stats\r\n");
      publisher.send("INFO memory\r\n");
      String info = publisher.line();
      while (!info.startsWith("client_output_buffer_limit_disconnections")) {
        info = publisher.line();
      }
      assertEquals("client_output_buffer_limit_disconnections:1", info);
      while (!info.startsWith("used_memory_peak:")) {
        info = publisher.line();
      }
      long peakBytes = Long.parseLong(info.substring(info.indexOf(':') + 1));
      assertTrue(peakBytes < 24 << 20, peakBytes + " bytes at most");
    }
  }

  /** CLIENT LIST shows what waits for a subscriber, until it is cut off, and then no more of it. */
  @Test
  void aSubscriberIsListedUntilItIsCutOff() throws Exception {
    try (Jacinth server =
            Jacinth.builder()
                .port(0)
                .set("io-threads", "1")
                .set("client-output-buffer-limit", "pubsub 200000 0 0")
                .start();
        Client slow = new Client(server.port());
        Client publisher = new Client(server.port())) {
      slow.send("SUBSCRIBE stress\r\n");
      slow.expect("*3\r\n$9\r\nsubscribe\r\n$6\r\nstress\r\n:1\r\n");
      String request = "*3\r\n$7\r\nPUBLISH\r\n$6\r\nstress\r\n$1000\r\n" + "x".repeat(1000);
      long waiting = 0;
      for (int i = 0; i < 50_000; i++) {
        publisher.send(request + "\r\nCLIENT LIST TYPE pubsub\r\n");
        assertTrue(publisher.line().startsWith(":"));
        boolean listed = !publisher.line().equals("$0");
        String client = publisher.line();
        if (!listed) {
          assertTrue(waiting > 100_000 && waiting < 200_000, waiting + " bytes when last seen");
          return;
        }
        assertEquals("", publisher.line());
        int omem = client.indexOf("omem=") + "omem=".length();
        waiting = Long.parseLong(client.substring(omem, client.indexOf(' ', omem)));
      }
      throw new AssertionError("never cut off");
    }
  }
}
