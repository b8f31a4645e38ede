import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A short run of the server before a client that it plays itself, so that the JVM records what a
 * start and a first load need: which classes, how they are linked, which methods run hot.
 *
 * <p>Its arguments are the server's command line; it adds a free port of the loopback interface.
 * Everything is bounded: the load by its rounds, all waiting by one deadline.
 */
final class Rehearsal {
  /**
   * Enough for each command to be executed more than 5000 times, when the last of the JVM's
   * compilers has taken it: only methods that got so far at the rehearsal go there at once in a
   * server's first load, with the profile of all commands. Otherwise they are compiled three or
   * four times within seconds.
   */
  private static final int ROUNDS = 4000;

  private static final int PIPELINE = 64;
  private static final int LIMIT_SECONDS = 60;
  private static final int RETRY_MILLIS = 20;

  /** What clients say at first and most often, and what a shell or an exporter asks. */
  private static final String[] ONCE = {
    "HELLO 3",
    "HELLO 2",
    "CLIENT SETNAME rehearsal",
    "CLIENT SETINFO LIB-NAME rehearsal",
    "SELECT 0",
    "INFO",
    "INFO everything",
    "COMMAND",
    "COMMAND DOCS",
    "CONFIG GET *",
    "CONFIG GET save",
    "CLIENT LIST",
    "MEMORY STATS",
    "SCAN 0 COUNT 100",
    "NOSUCHCOMMAND",
    "DBSIZE",
  };

  private static final String[] OFTEN = {
    "PING",
    "SET key:%d value:xxxxxxxxxxxxxxxxxxxxxxxxx%d",
    "GET key:%d",
    "INCR counter:%d",
    "SETEX session:%d 100 value:%d",
    "GET missing:%d",
    "MSET a:%1$d 1 b:%1$d 2 c:%1$d 3 d:%1$d 4",
    "MGET a:%1$d b:%1$d c:%1$d d:%1$d",
    "SET lock:%d token NX PX 10000",
    "EXPIRE key:%d 100",
    "HSET user:%d name John age 30 city Paris",
    "HGET user:%d name",
    "HGETALL user:%d",
    "RPUSH list a b c%d",
    "LPUSH list z%d",
    "LRANGE list 0 9",
    "LPOP list",
    "RPOP list",
    "SADD tags:%d a b c",
    "SADD members m%d",
    "SISMEMBER tags:%d a",
    "SPOP members",
    "ZADD board %1$d player:%1$d",
    "ZRANK board player:%d",
    "ZRANGE board 0 9 WITHSCORES",
    "XADD log MAXLEN ~ 1000 * n %d",
    "XRANGE log - + COUNT 10",
    "PFADD visitors user:%d",
    "TTL key:%d",
    "EXISTS key:%d",
    "DEL session:%d",
    "APPEND log:%d line",
    "SETBIT bits:%d 7 1",
  };

  private final long deadlineNanos = System.nanoTime() + SECONDS.toNanos(LIMIT_SECONDS);
  private final int port;
  private final Process server;

  private Rehearsal(int port, Process server) {
    this.port = port;
    this.server = server;
  }

  public static void main(String[] commandLine) throws Exception {
    Path directory = Files.createTempDirectory("jacinth-rehearsal");
    int port = freePort();
    List<String> command = new ArrayList<>(List.of(commandLine));
    command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--save", "", "--dir", directory.toString()));
    Process server = new ProcessBuilder(command).inheritIO().start();
    try {
      new Rehearsal(port, server).perform();
    } finally {
      server.destroyForcibly().waitFor();
      Files.delete(directory);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void perform() throws Exception {
    try (Socket socket = connect()) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) SECONDS.toMillis(LIMIT_SECONDS));
      for (String command : ONCE) {
        converse(socket, List.of(command.split(" ")));
      }
      for (int round = 0; round < ROUNDS; round++) {
        converse(socket, round);
      }
      server.destroy(); // by a signal
      // The server's exit includes the writing of what was recorded.
      if (!server.waitFor(deadlineNanos - System.nanoTime(), NANOSECONDS)) {
        throw new IOException("the server did not end");
      }
    }
    if (server.exitValue() != 0) {
      throw new IOException("the server ended with " + server.exitValue());
    }
  }

  private Socket connect() throws Exception {
    while (true) {
      try {
        return new Socket(InetAddress.getLoopbackAddress(), port);
      } catch (IOException refused) {
        if (System.nanoTime() - deadlineNanos > 0 || !server.isAlive()) {
          throw refused;
        }
        Thread.sleep(RETRY_MILLIS);
      }
    }
  }

  /** One pipeline of every frequent command in turn, and one alone as without pipelining. */
  private void converse(Socket socket, int round) throws IOException {
    ByteArrayOutputStream pipeline = new ByteArrayOutputStream();
    for (int index = 0; index < PIPELINE; index++) {
      pipeline.writeBytes(request(frequent(round * PIPELINE + index)));
    }
    send(socket, pipeline.toByteArray());
    converse(socket, frequent(round));
  }

  private static List<String> frequent(int index) {
    return List.of(OFTEN[index % OFTEN.length].formatted(index, index).split(" "));
  }

  /** Sends a command, and waits for all replies so far by means of an ECHO behind it. */
  private static void converse(Socket socket, List<String> command) throws IOException {
    String mark = "mark:" + System.nanoTime();
    send(socket, request(command));
    send(socket, request(List.of("ECHO", mark)));
    awaitText(socket.getInputStream(), mark.getBytes(ISO_8859_1));
  }

  private static void awaitText(InputStream input, byte[] text) throws IOException {
    byte[] buffer = new byte[1 << 16];
    int matched = 0;
    while (matched < text.length) {
      int count = input.read(buffer);
      if (count < 0) {
        throw new IOException("the server closed the connection");
      }
      for (int index = 0; index < count && matched < text.length; index++) {
        // No proper prefix of a mark is a suffix of it, so a mismatch needs no going back.
        matched = buffer[index] == text[matched] ? matched + 1 : buffer[index] == text[0] ? 1 : 0;
      }
    }
  }

  private static byte[] request(List<String> arguments) {
    StringBuilder request = new StringBuilder();
    request.append('*').append(arguments.size()).append("\r\n");
    for (String argument : arguments) {
      request.append('$').append(argument.length()).append("\r\n").append(argument).append("\r\n");
    }
    return request.toString().getBytes(ISO_8859_1);
  }

  private static void send(Socket socket, byte[] bytes) throws IOException {
    OutputStream output = socket.getOutputStream();
    output.write(bytes);
    output.flush();
  }
}
