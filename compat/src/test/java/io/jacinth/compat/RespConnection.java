package io.jacinth.compat;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A connection that shows replies exactly as they came: no type of the protocol looks like another.
 *
 * <p>Bulk strings are {@link String}s of one character per byte, integers {@link Long}s, doubles
 * {@link DoubleText}s, arrays {@link List}s, sets {@link Set}s, maps {@link Map}s, null is null.
 */
final class RespConnection implements AutoCloseable {
  private static final int READ_LIMIT_MILLIS = 60_000;

  private final Socket socket;
  private final InputStream input;

  /** A simple string. */
  record Status(String text) {}

  /** A double as it was written: its digits are to be equal too. */
  record DoubleText(String text) {}

  /** An integer of any size. */
  record BigNumber(String digits) {}

  /** An error, without its dash. */
  record Failure(String text) {}

  /** A verbatim string, with its format. */
  record Verbatim(String text) {}

  RespConnection(int port, int protocol) {
    try {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(READ_LIMIT_MILLIS);
      socket.setTcpNoDelay(true);
      input = new BufferedInputStream(socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (protocol != 2) {
      call("HELLO", Integer.toString(protocol));
    }
  }

  Object call(String... words) {
    send(words);
    return read();
  }

  void send(String... words) {
    StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      request.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    try {
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Object read() {
    try {
      return reply();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Object reply() throws IOException {
    int type = input.read();
    String line = line();
    return switch (type) {
      case '+' -> new Status(line);
      case '-' -> new Failure(line);
      case ':' -> Long.valueOf(line);
      case ',' -> new DoubleText(line);
      case '#' -> line.equals("t");
      case '_' -> null;
      case '$' -> bulk(Integer.parseInt(line));
      case '(' -> new BigNumber(line);
      case '=' -> new Verbatim(bulk(Integer.parseInt(line)));
      case '*', '>' -> elements(Integer.parseInt(line));
      case '~' -> set(Integer.parseInt(line));
      case '%' -> map(Integer.parseInt(line));
      default -> throw new IOException("reply type " + type + ": " + line);
    };
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = input.read(); c != '\r'; c = input.read()) {
      if (c < 0) {
        throw new EOFException("connection closed");
      }
      line.append((char) c);
    }
    input.read();
    return line.toString();
  }

  private String bulk(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    byte[] bytes = input.readNBytes(length);
    input.skipNBytes(2);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private List<Object> elements(int count) throws IOException {
    if (count < 0) {
      return null;
    }
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      elements.add(reply());
    }
    return elements;
  }

  private Set<Object> set(int count) throws IOException {
    Set<Object> elements = new LinkedHashSet<>(elements(count));
    if (elements.size() != count) {
      throw new IOException("a set with an element twice");
    }
    return elements;
  }

  private Map<Object, Object> map(int count) throws IOException {
    Map<Object, Object> pairs = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      pairs.put(reply(), reply());
    }
    return pairs;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
