package io.jacinth.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;

/** A client that sends and reads bytes; it never waits longer than its time-out. */
final class TestClient implements Closeable {
  private static final int TIMEOUT_MILLIS = 60_000;

  final Socket socket = new Socket();
  private final InputStream input;

  TestClient(SocketAddress address) throws IOException {
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(address, TIMEOUT_MILLIS);
    input = new BufferedInputStream(socket.getInputStream(), 64 << 10);
  }

  TestClient(String host, int port) throws IOException {
    this(new InetSocketAddress(host, port));
  }

  TestClient send(String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
    return this;
  }

  /** Reads as many characters as expected ones, or fewer at the end of the stream. */
  String read(int count) throws IOException {
    return new String(input.readNBytes(count), ISO_8859_1);
  }

  /** Reads to the end of a line, without it. */
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c; (c = input.read()) != '\n'; ) {
      if (c < 0) {
        throw new EOFException("end after: " + line);
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /** The content of a bulk string reply. */
  byte[] bulk() throws IOException {
    int length = Integer.parseInt(line().substring(1));
    byte[] content = input.readNBytes(length);
    line();
    return content;
  }

  boolean isAtEnd() throws IOException {
    try {
      return input.read() < 0;
    } catch (java.net.SocketException e) {
      return true;
    }
  }

  static String command(String... words) {
    StringBuilder request = new StringBuilder("*").append(words.length).append("\r\n");
    for (String word : words) {
      request.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    return request.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
