package io.jacinth.command;

/**
 * A reply as a line of text: strings as they are, {@code nil}, arrays and sets as {@code [a, b]},
 * maps as {@code {k: v}}, errors with their dash, doubles and integers as numbers, booleans as
 * {@code true} and {@code false}. Several replies are separated by " | ".
 */
public final class ReplyText {
  private final String raw;
  private int at;

  private ReplyText(String raw) {
    this.raw = raw;
  }

  public static String of(String raw) {
    ReplyText reader = new ReplyText(raw);
    StringBuilder text = new StringBuilder();
    while (reader.at < raw.length()) {
      text.append(text.isEmpty() ? "" : " | ");
      reader.read(text);
    }
    return text.toString();
  }

  private void read(StringBuilder text) {
    char type = raw.charAt(at);
    int end = raw.indexOf("\r\n", at);
    String line = raw.substring(at + 1, end);
    at = end + 2;
    switch (type) {
      case '+', ':', ',', '(' -> text.append(line);
      case '-' -> text.append('-').append(line);
      case '_' -> text.append("nil");
      case '#' -> text.append(line.equals("t"));
      case '$', '=' -> string(Integer.parseInt(line), text);
      case '*', '~', '>' -> elements(Integer.parseInt(line), text);
      case '%', '|' -> pairs(Integer.parseInt(line), text);
      default -> throw new AssertionError("reply type " + type + " in " + raw);
    }
  }

  private void string(int length, StringBuilder text) {
    if (length < 0) {
      text.append("nil");
      return;
    }
    text.append(raw, at, at + length);
    at += length;
    if (!raw.startsWith("\r\n", at)) {
      throw new AssertionError("no line end behind a bulk string in " + raw);
    }
    at += 2;
  }

  private void elements(int count, StringBuilder text) {
    if (count < 0) {
      text.append("nil");
      return;
    }
    text.append('[');
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ", ");
      read(text);
    }
    text.append(']');
  }

  private void pairs(int count, StringBuilder text) {
    text.append('{');
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ", ");
      read(text);
      text.append(": ");
      read(text);
    }
    text.append('}');
  }
}
