package io.jacinth.lua.library;

import static io.jacinth.lua.LuaType.NUMBER;

import io.jacinth.lua.Arguments;
import io.jacinth.lua.Lua;
import io.jacinth.lua.LuaError;
import io.jacinth.lua.LuaString;
import io.jacinth.lua.NumberText;
import io.jacinth.lua.Table;
import io.jacinth.lua.Userdata;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * JSON as values, with the liberties that the C library takes: a byte 0 ends the text, numbers are
 * what strtod takes, and strings may hold anything. Tables that are not complete stand on the
 * call's stack, each followed by its key in an object, so that nesting costs none of Java's.
 */
final class JsonDecoder {
  // What a token is
  private static final int OBJECT_BEGIN = 0;
  private static final int OBJECT_END = 1;
  private static final int ARRAY_BEGIN = 2;
  private static final int ARRAY_END = 3;
  private static final int STRING = 4;
  private static final int NUMERIC = 5;
  private static final int BOOLEAN = 6;
  private static final int NULL = 7;
  private static final int COLON = 8;
  private static final int COMMA = 9;
  private static final int END = 10;
  private static final int ERROR = 11;

  /** No token: the text is complete. */
  private static final int DONE = 12;

  /** As errors name tokens. */
  private static final String[] NAMES = {
    "T_OBJ_BEGIN",
    "T_OBJ_END",
    "T_ARR_BEGIN",
    "T_ARR_END",
    "T_STRING",
    "T_NUMBER",
    "T_BOOLEAN",
    "T_NULL",
    "T_COLON",
    "T_COMMA",
    "T_END"
  };

  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NULL_WORD = "null".getBytes(StandardCharsets.US_ASCII);

  /** In {@link #places}: an object. */
  private static final int OBJECT = -1;

  private static final int MIN_DEPTH = 8;
  private static final int TOKENS_PER_POLL = 1 << 12;

  /** Slots that each table may take on the stack. */
  private static final int OBJECT_SLOTS = 3;

  private static final int ARRAY_SLOTS = 2;

  /** Digits of a number that a long surely holds exactly, and a double, too. */
  private static final int MAX_PLAIN_DIGITS = 15;

  /** Keys of objects tend to come again. */
  private static final int KEPT_KEYS = 64;

  private static final int MAX_KEPT_KEY_BYTES = 32;

  private final Lua lua;
  private final JsonOptions options;
  private final Output unescaped;
  private final LuaString[] keys = new LuaString[KEPT_KEYS];
  private int[] places = new int[MIN_DEPTH];

  private Arguments call;
  private byte[] text;
  private int at;
  private int depth;
  private int tokens;

  // The token that was read last
  private int tokenAt;
  private Object reference;
  private double number;
  private String mistake;

  JsonDecoder(Lua lua, JsonOptions options) {
    this.lua = lua;
    this.options = options;
    unescaped = new Output(lua);
  }

  /** Pushes the value of a text. */
  void decode(Arguments call, LuaString json) {
    this.call = call;
    text = json.bytes();
    at = 0;
    depth = 0;
    try {
      read();
    } finally {
      unescaped.clear();
      reference = null;
      text = null;
      this.call = null;
    }
  }

  private void read() {
    if (text.length >= 2 && (text[0] == 0 || text[1] == 0)) {
      throw call.error("JSON parser does not support UTF-16 or UTF-32");
    }
    int token = next(false);
    while (true) {
      // A value begins with the token.
      switch (token) {
        case STRING, NUMERIC, BOOLEAN, NULL -> call.push(reference, number);
        case OBJECT_BEGIN -> {
          descend(OBJECT_SLOTS, OBJECT);
          token = next(true);
          if (token != OBJECT_END) {
            token = key(token);
            continue;
          }
          depth--;
        }
        case ARRAY_BEGIN -> {
          descend(ARRAY_SLOTS, 0);
          token = next(false);
          if (token != ARRAY_END) {
            continue;
          }
          depth--;
        }
        default -> throw unexpected("value", token);
      }
      // A value is complete: the next one, or the end of tables.
      token = complete();
      if (token == DONE) {
        break;
      }
    }
  }

  /**
   * Puts the value on top of the stack into the table below it, and so on for each table that ends
   * then. Returns the token that the next value begins with, or DONE after the last one.
   */
  private int complete() {
    while (depth > 0) {
      int top = call.top();
      int level = depth - 1;
      int token;
      if (places[level] == OBJECT) {
        Table table = (Table) call.reference(top - 2);
        table.put((LuaString) call.reference(top - 1), call.reference(top), call.number(top));
        call.pop(2);
        token = next(false);
        if (token == COMMA) {
          return key(next(true));
        } else if (token != OBJECT_END) {
          throw unexpected("comma or object end", token);
        }
      } else {
        Table table = (Table) call.reference(top - 1);
        table.put(++places[level], call.reference(top), call.number(top));
        call.pop(1);
        token = next(false);
        if (token == COMMA) {
          return next(false);
        } else if (token != ARRAY_END) {
          throw unexpected("comma or array end", token);
        }
      }
      depth = level;
    }
    int token = next(false);
    if (token != END) {
      throw unexpected("the end", token);
    }
    return DONE;
  }

  private void descend(int slots, int place) {
    if (depth >= options.decodeMaxDepth || !call.hasRoomFor(slots)) {
      throw call.error(
          "Found too many nested data structures (" + (depth + 1) + ") at character " + at);
    }
    call.pushReference(new Table(lua));
    if (depth == places.length) {
      lua.charge(2L * depth * Integer.BYTES);
      places = Arrays.copyOf(places, 2 * depth);
    }
    places[depth++] = place;
  }

  /** Pushes the key that a token is, reads the colon, and returns the token behind it. */
  private int key(int token) {
    if (token != STRING) {
      throw unexpected("object key string", token);
    }
    call.pushReference(reference);
    int colon = next(false);
    if (colon != COLON) {
      throw unexpected("colon", colon);
    }
    return next(false);
  }

  private LuaError unexpected(String expected, int token) {
    String found = token == ERROR ? mistake : NAMES[token];
    return call.error(
        "Expected " + expected + " but found " + found + " at character " + (tokenAt + 1));
  }

  // Tokens

  private int byteAt(int index) {
    return index < text.length ? text[index] : 0;
  }

  /**
   * Reads a token.
   *
   * @param key whether a string would be a key
   */
  private int next(boolean key) {
    if ((++tokens & TOKENS_PER_POLL - 1) == 0) {
      lua.poll();
    }
    int start = at;
    int c = byteAt(at);
    while (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      c = byteAt(++at);
    }
    tokens += (at - start) >>> 6;
    tokenAt = at;
    return switch (c) {
      case 0 -> END;
      case '"' -> string(key);
      case '{' -> sign(OBJECT_BEGIN);
      case '}' -> sign(OBJECT_END);
      case '[' -> sign(ARRAY_BEGIN);
      case ']' -> sign(ARRAY_END);
      case ',' -> sign(COMMA);
      case ':' -> sign(COLON);
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
      case 't' -> word(TRUE, BOOLEAN, true);
      case 'f' -> word(FALSE, BOOLEAN, false);
      case 'n' -> startsWith(NULL_WORD) ? word(NULL_WORD, NULL, Userdata.NULL) : otherNumber();
      case '+', 'N', 'i', 'I' -> otherNumber();
      default -> error("invalid token", at);
    };
  }

  private int sign(int token) {
    at++;
    return token;
  }

  private int error(String what, int where) {
    mistake = what;
    tokenAt = where;
    return ERROR;
  }

  private boolean startsWith(byte[] word) {
    return text.length - at >= word.length
        && Arrays.equals(text, at, at + word.length, word, 0, word.length);
  }

  private int word(byte[] word, int token, Object value) {
    if (!startsWith(word)) {
      return error("invalid token", at);
    }
    at += word.length;
    reference = value;
    return token;
  }

  /** What strtod knows and JSON does not: a plus sign, or a name for infinity and not-a-number. */
  private int otherNumber() {
    if (!options.decodeInvalidNumbers || !(text[at] == '+' || isNamed(at))) {
      return error("invalid token", at);
    }
    return generalNumber();
  }

  private boolean isNamed(int index) {
    int c1 = byteAt(index) | ' ';
    int c2 = byteAt(index + 1) | ' ';
    int c3 = byteAt(index + 2) | ' ';
    return (c1 == 'i' && c2 == 'n' && c3 == 'f') || (c1 == 'n' && c2 == 'a' && c3 == 'n');
  }

  private int number() {
    int first = at;
    boolean negative = text[first] == '-';
    if (negative) {
      first++;
    }
    if (!options.decodeInvalidNumbers && isInvalid(first)) {
      return error("invalid number", at);
    }
    int end = first;
    long value = 0;
    int digit = byteAt(end) - '0';
    while (digit >= 0 && digit <= 9 && end - first < MAX_PLAIN_DIGITS) {
      value = 10 * value + digit;
      digit = byteAt(++end) - '0';
    }
    int c = digit + '0';
    boolean plain = c == ',' || c == '}' || c == ']' || c <= ' ';
    if (!plain || end == first) {
      return generalNumber();
    }
    reference = NUMBER;
    number = negative ? -(double) value : value;
    at = end;
    return NUMERIC;
  }

  private boolean isInvalid(int first) {
    int c = byteAt(first);
    if (c == '0') {
      int second = byteAt(first + 1);
      return (second | ' ') == 'x' || (second >= '0' && second <= '9');
    }
    return c > '9' && isNamed(first);
  }

  private int generalNumber() {
    int end = NumberText.prefixEnd(text, at, text.length);
    if (end == at) {
      return error("invalid number", at);
    }
    reference = NUMBER;
    number = NumberText.parse(text, at, end);
    at = end;
    return NUMERIC;
  }

  private int string(boolean key) {
    int start = ++at;
    byte[] text = this.text;
    int end = start;
    while (end < text.length && text[end] != '"' && text[end] != '\\' && text[end] != 0) {
      end++;
    }
    tokens += (end - start) >>> 6;
    if (end < text.length && text[end] == '"') {
      at = end + 1;
      reference = key ? key(text, start, end) : Output.string(lua, text, start, end);
      return STRING;
    }
    unescaped.clear();
    unescaped.write(text, start, end);
    at = end;
    while (true) {
      int c = byteAt(at);
      if (c == '"') {
        break;
      } else if (c == 0) {
        return error("unexpected end of string", at);
      } else if (c != '\\') {
        unescaped.write(c);
        at++;
      } else if (byteAt(at + 1) == 'u') {
        if (!unicode()) {
          return error("invalid unicode escape code", at);
        }
      } else {
        int plain = unescape(byteAt(at + 1));
        if (plain == 0) {
          return error("invalid escape code", at);
        }
        unescaped.write(plain);
        at += 2;
      }
      if ((++tokens & TOKENS_PER_POLL - 1) == 0) {
        lua.poll();
      }
    }
    at++;
    reference = unescaped.toLuaString();
    return STRING;
  }

  /** A key; the same string as before if it was seen lately. */
  private LuaString key(byte[] text, int from, int to) {
    int length = to - from;
    if (length == 0 || length > MAX_KEPT_KEY_BYTES) {
      return Output.string(lua, text, from, to);
    }
    int place = (text[from] + 5 * text[to - 1] + 17 * length + 31 * text[(from + to) >>> 1]);
    place &= KEPT_KEYS - 1;
    LuaString kept = keys[place];
    if (kept == null
        || kept.length() != length
        || !Arrays.equals(kept.bytes(), 0, length, text, from, to)) {
      kept = Output.string(lua, text, from, to);
      keys[place] = kept;
    }
    return kept;
  }

  private static int unescape(int c) {
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 't' -> '\t';
      case 'n' -> '\n';
      case 'f' -> '\f';
      case 'r' -> '\r';
      default -> 0;
    };
  }

  /** Reads an escape by number, of two of them if they are a pair, and writes it as UTF-8. */
  private boolean unicode() {
    int code = hexadecimal(at + 2);
    int length = 6;
    if (code < 0) {
      return false;
    }
    if (Character.isSurrogate((char) code)) {
      if (Character.isLowSurrogate((char) code)
          || byteAt(at + 6) != '\\'
          || byteAt(at + 7) != 'u') {
        return false;
      }
      int low = hexadecimal(at + 8);
      if (low < 0 || !Character.isLowSurrogate((char) low)) {
        return false;
      }
      code = Character.toCodePoint((char) code, (char) low);
      length = 12;
    }
    if (code < 0x80) {
      unescaped.write(code);
    } else if (code < 0x800) {
      unescaped.write(0xc0 | code >>> 6);
      unescaped.write(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
      unescaped.write(0xe0 | code >>> 12);
      unescaped.write(0x80 | (code >>> 6 & 0x3f));
      unescaped.write(0x80 | (code & 0x3f));
    } else {
      unescaped.write(0xf0 | code >>> 18);
      unescaped.write(0x80 | (code >>> 12 & 0x3f));
      unescaped.write(0x80 | (code >>> 6 & 0x3f));
      unescaped.write(0x80 | (code & 0x3f));
    }
    at += length;
    return true;
  }

  private int hexadecimal(int from) {
    int value = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = Character.digit(byteAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }
}
