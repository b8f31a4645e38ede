package io.jacinth.server;

import static io.jacinth.server.TestClient.command;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jacinth.memory.Tag;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The server before real sockets: one body for each transport that works here. */
@Timeout(240)
class ServerTest {
  private static final String PING = command("PING");

  static List<Transport> transports() {
    return Stream.of(Transport.values()).filter(Transport::available).toList();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void answers(Transport transport) throws IOException {
    try (TestServer test = new TestServer(transport, 1);
        TestClient client = test.connect()) {
      assertEquals("+PONG", client.send(PING).line());
      assertEquals("+PONG", client.send(PING).line());
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void takesRequestsByteByByte(Transport transport) throws IOException {
    try (TestServer test = new TestServer(transport, 1);
        TestClient client = test.connect()) {
      client.socket.setTcpNoDelay(true);
      for (char c : (command("PING", "half a message") + PING).toCharArray()) {
        client.send(String.valueOf(c));
      }
      assertArrayEquals("half a message".getBytes(ISO_8859_1), client.bulk());
      assertEquals("+PONG", client.line());
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void answersAPipeline(Transport transport) throws Exception {
    try (TestServer test = new TestServer(transport, 2);
        TestClient client = test.connect()) {
      int count = 20_000;
      Thread sender = Thread.ofPlatform().start(() -> sendQuietly(client, PING.repeat(count)));
      for (int i = 0; i < count; i++) {
        assertEquals("+PONG", client.line());
      }
      sender.join();
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void takesAndGivesBigValues(Transport transport) throws Exception {
    byte[] value = new byte[10_000_001];
    new Random(1).nextBytes(value);
    try (TestServer test = new TestServer(transport, 1);
        TestClient client = test.connect()) {
      String request = command("PING", new String(value, ISO_8859_1)) + PING;
      Thread sender = Thread.ofPlatform().start(() -> sendQuietly(client, request));
      assertArrayEquals(value, client.bulk());
      assertEquals("+PONG", client.line());
      sender.join();
    }
  }

  private static void sendQuietly(TestClient client, String bytes) {
    try {
      client.send(bytes);
    } catch (IOException e) {
      // The reader sees that something is missing.
    }
  }

  /** What {@code printf 'PING\r\n' | nc} does. */
  @ParameterizedTest
  @MethodSource("transports")
  void answersBeforeTheEnd(Transport transport) throws IOException {
    try (TestServer test = new TestServer(transport, 1)) {
      for (int i = 0; i < 50; i++) {
        try (TestClient client = test.connect()) {
          client.send(PING.repeat(3));
          client.socket.shutdownOutput();
          assertEquals("+PONG\r\n".repeat(3), client.read(100));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void listensAtUnixSocket(Transport transport, @TempDir Path directory) throws IOException {
    Path path = directory.resolve("socket");
    Files.createFile(path); // left behind by an earlier server
    try (TestServer test = new TestServer(transport, 2, List.of(), Server.NO_PORT, path);
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
      assertEquals(Server.NO_PORT, test.server.port());
      client.connect(UnixDomainSocketAddress.of(path));
      client.write(ByteBuffer.wrap(PING.getBytes(ISO_8859_1)));
      ByteBuffer reply = ByteBuffer.allocate(7);
      while (reply.hasRemaining() && client.read(reply) >= 0) {}
      assertEquals("+PONG\r\n", new String(reply.array(), ISO_8859_1));
    }
    assertFalse(Files.exists(path));
  }

  @ParameterizedTest
  @MethodSource("transports")
  void listensAtAllAddresses(Transport transport) throws IOException {
    try (TestServer test = new TestServer(transport, 2, List.of("*", "-::*"), 0, null)) {
      int port = test.server.port();
      try (TestClient client = new TestClient("127.0.0.1", port)) {
        assertEquals("+PONG", client.send(PING).line());
      }
      try (TestClient client = new TestClient("::1", port)) {
        assertEquals("+PONG", client.send(PING).line());
      } catch (java.net.SocketException e) {
        assumeTrue(false, "this host has no IPv6: " + e.getMessage());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void doesWithoutAnOptionalAddress(Transport transport) throws IOException {
    List<String> bind = List.of("-192.0.2.1", "127.0.0.1"); // an address of documentations only
    try (TestServer test = new TestServer(transport, 1, bind, 0, null);
        TestClient client = test.connect()) {
      assertEquals(1, test.server.addresses().size());
      assertEquals("+PONG", client.send(PING).line());
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void saysWhyItCannotListen(Transport transport) throws IOException {
    try (TestServer test = new TestServer(transport, 1)) {
      int port = test.server.port();
      List<String> bind = List.of("127.0.0.1");
      ListenException taken =
          assertThrows(ListenException.class, () -> new TestServer(transport, 1, bind, port, null));
      assertEquals(
          "Could not create server TCP listening socket 127.0.0.1:"
              + port
              + ": bind: Address already in use",
          taken.getMessage());
    }
    ListenException missing =
        assertThrows(
            ListenException.class,
            () -> new TestServer(transport, 1, List.of("192.0.2.1"), 0, null));
    assertEquals(
        "Could not create server TCP listening socket 192.0.2.1:0: bind: Cannot assign requested"
            + " address",
        missing.getMessage());
    assertEquals(List.of(), threads());
  }

  @ParameterizedTest
  @MethodSource("transports")
  void listensAgainElsewhere(Transport transport) throws IOException {
    try (TestServer test = new TestServer(transport, 2);
        TestClient old = test.connect()) {
      // Connected is not yet accepted, but answered is.
      assertEquals("+PONG", old.send(PING).line());
      int before = test.server.port();
      test.server.listenAgain(List.of("127.0.0.1"), 0);
      assertThrows(IOException.class, () -> new TestClient("127.0.0.1", before));
      try (TestClient client = test.connect()) {
        assertEquals("+PONG", client.send(PING).line());
      }
      assertEquals("+PONG", old.send(PING).line());
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void survivesGarbage(Transport transport) throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (TestServer test = new TestServer(transport, 2);
        TestClient witness = test.connect()) {
      for (int i = 0; i < 100; i++) {
        byte[] garbage = new byte[1 + random.nextInt(5_000)];
        random.nextBytes(garbage);
        try (TestClient client = test.connect()) {
          sendQuietly(client, (i % 2 == 0 ? "*3\r\n$3\r\n" : "") + new String(garbage, ISO_8859_1));
          if (i % 3 == 0) {
            client.socket.setSoLinger(true, 0); // ends with a reset
          }
        }
        assertEquals("+PONG", witness.send(PING).line(), () -> "seed " + seed);
      }
    }
  }

  /** A client that does not read feels back-pressure, costs bounded memory, and misses nothing. */
  @ParameterizedTest
  @MethodSource("transports")
  void waitsForASlowReader(Transport transport) throws Exception {
    String value = "x".repeat(100_000);
    int count = 1_000;
    try (TestServer test = new TestServer(transport, 1);
        TestClient slow = test.connect();
        TestClient other = test.connect()) {
      Thread sender =
          Thread.ofPlatform()
              .start(() -> sendQuietly(slow, command("PING", value).repeat(count) + PING));
      long most = 0;
      for (int i = 0; i < 50; i++) {
        assertEquals("+PONG", other.send(PING).line());
        most = Math.max(most, outputBytes(test));
        Thread.sleep(10);
      }
      assertTrue(most < 20 << 20, "output takes " + most + " bytes");
      for (int i = 0; i < count; i++) {
        assertEquals(value.length(), slow.bulk().length);
      }
      assertEquals("+PONG", slow.line());
      sender.join();
    }
  }

  /** A client that asks and goes away leaves nothing. */
  @ParameterizedTest
  @MethodSource("transports")
  void dropsWhatNobodyReads(Transport transport) throws IOException {
    try (TestServer test = new TestServer(transport, 2)) {
      String requests = command("PING", "x".repeat(200_000)).repeat(20);
      for (int i = 0; i < 20; i++) {
        try (TestClient client = test.connect()) {
          client.socket.setSoLinger(true, 0);
          Thread.ofPlatform().daemon().start(() -> sendQuietly(client, requests));
          client.read(100);
        }
      }
      try (TestClient client = test.connect()) {
        assertEquals("+PONG", client.send(PING).line());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void servesAThousandConnections(Transport transport) throws IOException {
    try (TestServer test = new TestServer(transport, 4)) {
      List<TestClient> clients = new ArrayList<>();
      try {
        for (int i = 0; i < 1_000; i++) {
          clients.add(test.connect());
        }
        for (TestClient client : clients) {
          client.send(PING);
        }
        for (TestClient client : clients) {
          assertEquals("+PONG", client.line());
        }
        assertArrayEquals(new int[] {250, 250, 250, 250}, test.server.connectionsPerThread());
      } finally {
        for (TestClient client : clients) {
          client.close();
        }
      }
      long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (Arrays.stream(test.server.connectionsPerThread()).sum() > 0) {
        assertTrue(System.nanoTime() < deadline, "connections stay");
        Thread.onSpinWait();
      }
      // They were idle before they ended, and then there was no buffer of theirs.
      while (outputBytes(test) > 4 * 2 * BufferPool.MAX_IDLE * BufferPool.BUFFER_BYTES) {
        assertTrue(System.nanoTime() < deadline, "buffers stay");
        Thread.onSpinWait();
      }
    }
  }

  /** Who cannot be accepted is turned away at once, and all others are served. */
  @ParameterizedTest
  @MethodSource("transports")
  void livesWithoutFileDescriptors(Transport transport) throws IOException {
    assumeTrue(DescriptorLimit.SUPPORTED);
    List<SocketChannel> clients = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      clients.add(SocketChannel.open());
    }
    int turnedAway = 0;
    // The limit comes first: the kernel remembers the one that held when accepting began.
    try (DescriptorLimit _ = new DescriptorLimit(60);
        TestServer test = new TestServer(transport, 2);
        TestClient witness = test.connect()) {
      for (SocketChannel client : clients) {
        client.connect(test.server.addresses().getFirst());
      }
      for (SocketChannel client : clients) {
        turnedAway += isServed(client) ? 0 : 1;
      }
      assertTrue(turnedAway > 0 && turnedAway < 100, turnedAway + " clients were turned away");
      assertEquals("+PONG", witness.send(PING).line());
      for (SocketChannel client : clients) {
        client.close();
      }
      try (TestClient client = test.connect()) {
        assertEquals("+PONG", client.send(PING).line());
      }
    }
  }

  private static boolean isServed(SocketChannel client) {
    try {
      client.write(ByteBuffer.wrap(PING.getBytes(ISO_8859_1)));
      return client.read(ByteBuffer.allocate(7)) > 0;
    } catch (IOException e) {
      return false;
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void closesWhileClientsAreBusy(Transport transport) throws Exception {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicBoolean closed = new AtomicBoolean();
    List<Thread> threads = new ArrayList<>();
    try (TestServer test = new TestServer(transport, 2)) {
      for (int i = 0; i < 8; i++) {
        TestClient client = test.connect();
        String requests = (PING + command("PING", "y".repeat(30_000))).repeat(5);
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      try (client) {
                        while (true) {
                          client.send(requests);
                          for (int j = 0; j < 5; j++) {
                            client.line();
                            client.bulk();
                          }
                        }
                      } catch (IOException | NumberFormatException e) {
                        if (!closed.get()) {
                          failure.set(e);
                        }
                      }
                    }));
      }
      Thread.sleep(200);
      closed.set(true);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(null, failure.get());
    assertEquals(List.of(), threads());
  }

  @ParameterizedTest
  @MethodSource("transports")
  void leavesNothingBehind(Transport transport) throws IOException {
    for (int i = 0; i < 20; i++) {
      try (TestServer test = new TestServer(transport, 3);
          TestClient client = test.connect()) {
        assertEquals("+PONG", client.send(PING).line());
        test.server.close(); // once more than needed
      }
      assertEquals(List.of(), threads());
    }
  }

  private static long outputBytes(TestServer test) {
    return test.engine.workers().stream()
        .mapToLong(worker -> worker.slab().usedBytes(Tag.OUTPUT))
        .sum();
  }

  /** The threads of servers, and whatever Netty may have started. */
  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("test-io") || name.contains("Executor"))
        .toList();
  }
}
