package io.jacinth.command;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * Makes requests as no friendly client sends them: valid ones of all sizes, mutated, cut off,
 * announcing more than comes, or noise.
 *
 * <p>Its commands are those whose replies depend on what was sent before and on nothing else.
 */
final class FuzzedRequests {
  private static final String[][] COMMANDS = {
    {"SET", "k", "v"},
    {"GET", "k"},
    {"GETSET", "k", "v"},
    {"APPEND", "k", "v"},
    {"STRLEN", "k"},
    {"INCR", "k"},
    {"INCRBY", "k", "n"},
    {"DECR", "k"},
    {"SETRANGE", "k", "n", "v"},
    {"GETRANGE", "k", "n", "n"},
    {"SETBIT", "k", "n", "n"},
    {"GETBIT", "k", "n"},
    {"BITCOUNT", "k", "n", "n"},
    {"MSET", "k", "v", "k", "v"},
    {"MGET", "k", "k", "k"},
    {"DEL", "k", "k"},
    {"EXISTS", "k", "k"},
    {"TYPE", "k"},
    {"RENAME", "k", "k"},
    {"COPY", "k", "k"},
    {"PING"},
    {"PING", "v"},
    {"ECHO", "v"},
    {"SELECT", "n"},
    {"DBSIZE"},
    {"FLUSHDB"},
    {"OBJECT", "ENCODING", "k"},
    {"HELLO", "2"},
    {"HELLO", "3"},
    {"CLIENT", "REPLY", "SKIP"},
    {"CLIENT", "SETNAME", "v"},
    {"CLIENT", "GETNAME"},
    {"CONFIG", "GET", "v"},
    {"COMMAND", "COUNT"},
    {"RESET"},
    {"AUTH", "v"},
    {"EXPIRE", "k", "n"},
    {"PERSIST", "k"},
    {"LCS", "k", "k"},
    {"DEBUG", "PROTOCOL", "v"},
    {"v", "v", "v"},
  };

  private static final String[] QUIT = {"QUIT"};

  private static final String[] NUMBERS = {
    "0",
    "1",
    "-1",
    "7",
    "15",
    "16",
    "100",
    "99999999999999999999",
    "9223372036854775807",
    "-9223372036854775808",
    "1.5",
    "abc",
    "",
    " 1",
    "01",
  };

  private static final String[] HEADERS = {
    "*-1\r\n",
    "*0\r\n",
    "*\r\n",
    "*1\r\n$-1\r\n",
    "*1\r\n$\r\n",
    "*1\r\n:1\r\n",
    "*2147483648\r\n",
    "*99999999999999999999\r\n",
    "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$536870913\r\n",
    "*1\r\n$9223372036854775808\r\n",
    "*1\r\n$4\rPING\r\n",
    "*1\n$4\nPING\n",
    "*01\r\n$4\r\nPING\r\n",
    "*1\r\n$04\r\nPING\r\n",
    "*+1\r\n$4\r\nPING\r\n",
    "\r\n",
    "\n",
    "\0\r\n",
    "  \r\n",
    "PING\n",
    "\"PING\" \"a\\x41\\n\"\r\n",
    "PING \"open\r\n",
    "PING 'open\r\n",
    "PING \"a\"b\r\n",
    "SET k 'it\\'s'\r\n",
    "GET\tk\r\n",
    "GET\u000bk\r\n",
    "+OK\r\n",
    "$4\r\nPING\r\n",
    "POST / HTTP/1.1\r\n",
    "Host: here\r\n",
  };

  /** Words of these lengths stand on both sides of a border in the parser. */
  private static final int[] LENGTHS = {
    0, 1, 2, 8, 9, 10, 16, 43, 44, 45, 99, 100, 500, 960, 961, 1023, 1024, 4095, 4096, 16_384,
    32_767, 32_768, 32_769, 66_000,
  };

  private static final int MAX_LINE_BYTES = 64 << 10;

  private final Random random;

  FuzzedRequests(Random random) {
    this.random = random;
  }

  /** One message; what comes behind it may belong to it. */
  byte[] next() {
    return switch (random.nextInt(20)) {
      case 0, 1 -> mutated(valid());
      case 2 -> cutOff(valid());
      case 3 -> ascii(HEADERS[random.nextInt(HEADERS.length)]);
      case 4 -> noise();
      case 5 -> inline();
      case 6 -> random.nextInt(200) == 0 ? longLine() : valid();
      default -> valid();
    };
  }

  private byte[] valid() {
    // what stands behind QUIT is lost: it comes seldom
    String[] command = random.nextInt(500) == 0 ? QUIT : COMMANDS[random.nextInt(COMMANDS.length)];
    String[] words = new String[command.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = word(command[i]);
    }
    if (random.nextInt(30) == 0) {
      words = Arrays.copyOf(words, 1 + random.nextInt(words.length));
    }
    return TestClient.request(words);
  }

  private String word(String pattern) {
    return switch (pattern) {
      case "k" -> "key" + random.nextInt(20);
      case "n" -> NUMBERS[random.nextInt(NUMBERS.length)];
      case "v" -> value();
      default -> random.nextInt(4) == 0 ? pattern.toLowerCase(Locale.ROOT) : pattern;
    };
  }

  private String value() {
    int kind = random.nextInt(100);
    if (kind < 60) {
      return Integer.toString(random.nextInt(1000));
    }
    int bound = kind < 99 ? 16 : LENGTHS.length;
    char[] value = new char[LENGTHS[random.nextInt(bound)]];
    for (int i = 0; i < value.length; i++) {
      value[i] = (char) random.nextInt(256);
    }
    return new String(value);
  }

  private byte[] mutated(byte[] message) {
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      int at = random.nextInt(Math.min(message.length, 64));
      message[at] =
          random.nextBoolean()
              ? (byte) random.nextInt(256)
              : (byte) "*$:-0123456789\r\n".charAt(random.nextInt(16));
    }
    return message;
  }

  private byte[] cutOff(byte[] message) {
    return Arrays.copyOf(message, random.nextInt(message.length));
  }

  private byte[] noise() {
    byte[] noise = new byte[random.nextInt(40)];
    random.nextBytes(noise);
    return noise;
  }

  private byte[] inline() {
    StringBuilder line = new StringBuilder("SET key" + random.nextInt(20));
    String marks = " \t\"'\\x41nrab\u00ff";
    for (int i = random.nextInt(20); i > 0; i--) {
      line.append(marks.charAt(random.nextInt(marks.length())));
    }
    return ascii(line + (random.nextBoolean() ? "\r\n" : "\n"));
  }

  /** A line that does not end where it must. */
  private byte[] longLine() {
    String begin = random.nextBoolean() ? "" : random.nextBoolean() ? "*1" : "*1\r\n$1";
    return ascii(begin + "1".repeat(MAX_LINE_BYTES - 2 + random.nextInt(100)));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Several messages, one behind the other. */
  byte[] stream(int messages) {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    for (int i = 0; i < messages; i++) {
      stream.writeBytes(next());
    }
    return stream.toByteArray();
  }
}
