package io.jacinth.compat;

import java.util.Locale;
import java.util.Random;

/** Random calls of Lua's libraries, as expressions: sensible ones, and mistaken ones. */
final class RandomLuaExpressions {
  private static final String[] NUMBERS = {
    "0",
    "1",
    "-1",
    "2",
    "3",
    "10",
    "0.5",
    "-2.5",
    "255",
    "256",
    "65535",
    "65536",
    "2^31",
    "2^31-1",
    "-2^31",
    "2^32",
    "2^53",
    "2^63",
    "-2^63",
    "1e15",
    "1e-5",
    "1e100",
    "1e300",
    "1/3",
    "-1/3",
    "123456789.123",
    "5e-324",
    "1.7976931348623157e308",
    "math.huge",
    "-math.huge",
    "100",
    "7"
  };

  private static final String[] OTHERS = {"nil", "true", "false", "{}", "{1,2}", "tostring", "''"};

  private static final String PATTERN_CHARACTERS = "aab.%%[]^$**+-?()()bfzdws01x,";
  private static final String SUBJECT_CHARACTERS = "aaabb01x. (),\0\n-%";

  private final Random random;

  RandomLuaExpressions(Random random) {
    this.random = random;
  }

  private String choice(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** Mostly a number, sometimes something else. */
  private String number() {
    return switch (random.nextInt(12)) {
      case 0 -> quoted(choice("10", "0x1F", " 7 ", "1e2", "x", "", "1.5", "-3"));
      case 1 -> random.nextInt(8) == 0 ? choice(OTHERS) : choice(NUMBERS);
      case 2, 3 -> Integer.toString(random.nextInt(2000) - 1000);
      case 4 -> Double.toString(random.nextGaussian() * 1000);
      default -> choice(NUMBERS);
    };
  }

  private String integer(int low, int high) {
    return random.nextInt(40) == 0 ? number() : Integer.toString(random.nextInt(low, high + 1));
  }

  private String text(String characters, int maxLength) {
    int length = random.nextInt(maxLength + 1);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(characters.charAt(random.nextInt(characters.length())));
    }
    return text.toString();
  }

  private String bytes(int maxLength) {
    int length = random.nextInt(maxLength + 1);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) random.nextInt(256));
    }
    return text.toString();
  }

  /** A literal of Lua. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("'");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c < 127 && c != '\'' && c != '\\') {
        quoted.append(c);
      } else {
        quoted.append(String.format(Locale.ROOT, "\\%03d", (int) c));
      }
    }
    return quoted.append('\'').toString();
  }

  private String string() {
    return switch (random.nextInt(10)) {
      case 0 -> random.nextInt(6) == 0 ? choice(OTHERS) : number();
      case 1 ->
          "string.rep("
              + quoted(text("abc", 3))
              + ","
              + random.nextInt(random.nextInt(8) == 0 ? 70 : 12)
              + ")";
      case 2 -> quoted(bytes(20));
      default -> quoted(text(SUBJECT_CHARACTERS, 20));
    };
  }

  // string

  String strings() {
    String s = string();
    return switch (random.nextInt(10)) {
      case 0 -> "string.byte(" + s + optional(integer(-25, 25)) + optional(integer(-25, 25)) + ")";
      case 1 -> "string.sub(" + s + "," + integer(-25, 25) + optional(integer(-25, 25)) + ")";
      case 2 -> "string.rep(" + s + "," + Integer.toString(random.nextInt(20) - 3) + ")";
      case 3 -> "string.reverse(" + s + ")";
      case 4 -> "string.lower(" + s + ")";
      case 5 -> "string.upper(" + s + ")";
      case 6 -> "string.len(" + s + ")";
      case 7 -> "string.char(" + integer(-2, 260) + optional(integer(0, 255)) + ")";
      case 8 -> s + " .. " + number();
      default -> "(" + s + "):" + choice("len", "upper", "reverse", "byte") + "()";
    };
  }

  private String optional(String argument) {
    return random.nextInt(3) == 0 ? "" : "," + argument;
  }

  private String pattern() {
    return switch (random.nextInt(4)) {
      case 0 -> quoted(text(PATTERN_CHARACTERS, 8));
      case 1 ->
          quoted(text(PATTERN_CHARACTERS, 4) + choice("%b()", "%f[%w]", "%1", "%z", "[^%s]-"));
      default -> {
        StringBuilder pattern = new StringBuilder(random.nextInt(6) == 0 ? "^" : "");
        int items = 1 + random.nextInt(4);
        for (int i = 0; i < items; i++) {
          String single =
              choice(
                  "a", "b", ".", "%d", "%w", "%s", "[ab]", "[^a]", "[0-9x]", "%.", "[%w_]", "%z");
          String item = single + choice("", "", "*", "+", "-", "?");
          pattern.append(random.nextInt(4) == 0 ? "(" + item + ")" : item);
          if (random.nextInt(12) == 0) {
            pattern.append(choice("()", "%b()", "%1", "%f[a]"));
          }
        }
        yield quoted(pattern + (random.nextInt(6) == 0 ? "$" : ""));
      }
    };
  }

  String patterns() {
    String s = string();
    String p = pattern();
    return switch (random.nextInt(6)) {
      case 0, 1 ->
          "string.find("
              + s
              + ","
              + p
              + optional(integer(-10, 20))
              + (random.nextInt(6) == 0 ? ",true" : "")
              + ")";
      case 2 -> "string.match(" + s + "," + p + optional(integer(-10, 20)) + ")";
      case 3 -> "gmatches(" + s + "," + p + ")";
      default ->
          "string.gsub(" + s + "," + p + "," + replacement() + optional(integer(-1, 4)) + ")";
    };
  }

  private String replacement() {
    return switch (random.nextInt(8)) {
      case 0 -> "{a='A',b=1,x=false,['1']='one'}";
      case 1 -> "function(...) return table.concat({...},'|') end";
      case 2 -> "function(a) return " + choice("nil", "false", "true", "1.5", "a", "{}") + " end";
      case 3 -> choice(OTHERS);
      default -> quoted(text("ab%%0123.", 6));
    };
  }

  // format

  String formats() {
    StringBuilder format = new StringBuilder();
    StringBuilder arguments = new StringBuilder();
    int items = 1 + random.nextInt(3);
    for (int i = 0; i < items; i++) {
      format.append(text("ab %", 1).replace("%", "%%")).append('%');
      format.append(text("-+ #0", random.nextInt(3) == 0 ? 3 : 1));
      if (random.nextInt(2) == 0) {
        format.append(random.nextInt(random.nextInt(20) == 0 ? 120 : 25));
      }
      if (random.nextInt(2) == 0) {
        format.append('.').append(random.nextInt(3) == 0 ? "" : random.nextInt(25));
      }
      String conversion =
          choice("d", "i", "u", "o", "x", "X", "c", "e", "E", "f", "g", "G", "q", "s");
      format.append(random.nextInt(60) == 0 ? choice("y", "a", "p", "\0", "n", "L") : conversion);
      if (random.nextInt(60) != 0) {
        arguments.append(',').append("qs".contains(conversion) ? string() : number());
      }
    }
    return "string.format(" + quoted(format.toString()) + arguments + ")";
  }

  // numbers

  String numbers() {
    return switch (random.nextInt(4)) {
      case 0 -> "tostring(" + choice(NUMBERS) + "*" + choice(NUMBERS) + ")";
      case 1 -> "tonumber(" + quoted(text("0123456789.eExXaAfF +-pPinN\0", 8)) + ")";
      case 2 ->
          "tonumber("
              + quoted(text("0123456789azAZxX -+\n", 6))
              + ","
              + integer(random.nextInt(10) == 0 ? -3 : 2, 36)
              + ")";
      default ->
          "tostring(" + random.nextInt() + choice("/", "*") + (1 + random.nextInt(1000)) + ")";
    };
  }

  // math and bit

  String mathematics() {
    String one =
        choice(
            "abs",
            "ceil",
            "deg",
            "floor",
            "frexp",
            "modf",
            "rad",
            "sqrt",
            "exp",
            "log",
            "log10",
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "sinh",
            "cosh",
            "tanh",
            "randomseed");
    return switch (random.nextInt(8)) {
      case 0 -> "math." + choice("fmod", "pow", "atan2") + "(" + number() + "," + number() + ")";
      case 1 -> "math.ldexp(" + number() + "," + integer(-1100, 1100) + ")";
      case 2 -> "math.max(" + number() + optional(number()) + optional(number()) + ")";
      case 3 -> "math.min(" + number() + optional(number()) + optional(number()) + ")";
      case 4 ->
          "math.random(" + choice("", integer(1, 100), integer(-5, 5) + "," + integer(4, 50)) + ")";
      default -> "math." + one + "(" + (random.nextInt(30) == 0 ? "" : number()) + ")";
    };
  }

  String bits() {
    return switch (random.nextInt(4)) {
      case 0 -> "bit." + choice("tobit", "bnot", "bswap") + "(" + number() + ")";
      case 1 -> "bit.tohex(" + number() + optional(integer(-10, 10)) + ")";
      case 2 ->
          "bit."
              + choice("band", "bor", "bxor")
              + "("
              + number()
              + optional(number())
              + optional(number())
              + ")";
      default ->
          "bit."
              + choice("lshift", "rshift", "arshift", "rol", "ror")
              + "("
              + number()
              + ","
              + integer(-40, 40)
              + ")";
    };
  }

  // table

  private String list() {
    StringBuilder list = new StringBuilder("{");
    int length = random.nextInt(12);
    for (int i = 0; i < length; i++) {
      list.append(random.nextInt(30) == 0 ? choice(OTHERS) : Integer.toString(random.nextInt(50)));
      list.append(',');
    }
    return list + (random.nextInt(5) == 0 ? "[20]=1,n=2" : "") + "}";
  }

  String tables() {
    String t = list();
    return switch (random.nextInt(9)) {
      case 0 ->
          "table.concat("
              + t
              + optional(choice("','", "1", "''", "nil"))
              + optional(integer(-2, 6))
              + optional(integer(-2, 12))
              + ")";
      case 1 -> "changed(table.insert," + t + "," + (random.nextInt(20) - 4) + "," + number() + ")";
      case 2 -> "changed(table.insert," + t + "," + number() + ")";
      case 3 -> "changed(table.remove," + t + optional(integer(-2, 14)) + ")";
      case 4 -> "table." + choice("maxn", "getn") + "(" + t + ")";
      case 5 -> "traced(table." + choice("foreach", "foreachi") + "," + t + ")";
      case 6 -> "changed(table.sort," + t + ")";
      case 7 -> "sorted(" + t + "," + choice("1", "2", "3", "4") + ")";
      default -> "changed(table.sort," + strings(random.nextInt(20)) + ")";
    };
  }

  private String strings(int count) {
    StringBuilder list = new StringBuilder("{");
    for (int i = 0; i < count; i++) {
      list.append(quoted(bytes(4))).append(',');
    }
    return list + "}";
  }

  // cjson

  /** A literal of a value that is nested now and then. */
  String value(int depth) {
    return switch (random.nextInt(depth > 3 ? 6 : 10)) {
      case 0 -> quoted(bytes(12));
      case 1 -> quoted(text("ab/\"\\\n", 10));
      case 2 -> choice("true", "false", "nil", "cjson.null");
      case 3, 4 -> choice(NUMBERS);
      case 5 -> Integer.toString(random.nextInt());
      case 6, 7 -> {
        StringBuilder list = new StringBuilder("{");
        int length = random.nextInt(5);
        for (int i = 0; i < length; i++) {
          list.append(value(depth + 1)).append(',');
        }
        yield list + "}";
      }
      default -> {
        StringBuilder map = new StringBuilder("{");
        int length = random.nextInt(5);
        for (int i = 0; i < length; i++) {
          String key =
              switch (random.nextInt(8)) {
                case 0 -> Integer.toString(random.nextInt(30) - 2);
                case 1 -> choice("1.5", "-0.25", "1e20", "2^31", "true");
                case 2 -> quoted(bytes(5));
                default -> quoted(choice("id", "name", "value", "a", "b", "list"));
              };
          map.append('[').append(key).append("]=").append(value(depth + 1)).append(',');
        }
        yield map + "}";
      }
    };
  }

  private String json(int depth) {
    String blank = random.nextInt(6) == 0 ? choice(" ", "\t", "\n ", "\r") : "";
    return blank
        + switch (random.nextInt(depth > 3 ? 6 : 10)) {
          case 0 -> choice("true", "false", "null", "nan", "inf", "-Infinity", "NaN", "nul");
          case 1, 2 ->
              choice(
                  "0",
                  "-1",
                  "1.5",
                  "1e5",
                  "-0",
                  "123456789012345678",
                  "0x10",
                  "01",
                  "+5",
                  "1e",
                  "12.25E-2",
                  "-",
                  "1.",
                  ".5",
                  "999999999999999",
                  "9007199254740993");
          case 3, 4, 5 -> '"' + jsonText() + '"';
          case 6, 7 -> {
            StringBuilder list = new StringBuilder("[");
            int length = random.nextInt(5);
            for (int i = 0; i < length; i++) {
              list.append(i > 0 ? "," : "").append(json(depth + 1));
            }
            yield list + "]";
          }
          default -> {
            StringBuilder map = new StringBuilder("{");
            int length = random.nextInt(5);
            for (int i = 0; i < length; i++) {
              map.append(i > 0 ? "," : "").append('"').append(choice("a", "b", "id", jsonText()));
              map.append("\":").append(json(depth + 1));
            }
            yield map + "}";
          }
        };
  }

  private String jsonText() {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(6);
    for (int i = 0; i < length; i++) {
      text.append(
          switch (random.nextInt(14)) {
            case 0 -> choice("\\n", "\\t", "\\\"", "\\\\", "\\/", "\\b", "\\f", "\\r");
            case 1 -> choice("\\u0041", "\\u00e9", "\\u20AC", "\\ud83d\\ude00", "\\u0000");
            case 2 -> random.nextInt(10) == 0 ? choice("\\ud83d", "\\u12", "\\x", "\\") : "z";
            default -> text("abcxyz 09", 3);
          });
    }
    return text.toString();
  }

  String json() {
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> "cjson.encode(" + value(0) + ")";
      case 3 -> "cjson.decode(cjson.encode(" + value(0) + "))";
      case 4 -> "cjson.decode(" + quoted(mutated(json(0))) + ")";
      case 5 -> "cjson.encode(cjson.decode(" + quoted(json(0)) + "))";
      case 6 -> random.nextInt(10) == 0 ? options() : "cjson.encode({" + number() + "})";
      default -> "cjson.decode(" + quoted(json(0)) + ")";
    };
  }

  /** Calls that change what later ones do. */
  private String options() {
    return switch (random.nextInt(7)) {
      case 0 ->
          "cjson.encode_sparse_array(" + choice("true", "false", "'on'", "nil", "'x'") + ",2,10)";
      case 1 -> "cjson.encode_sparse_array(nil," + integer(-1, 4) + optional(integer(0, 20)) + ")";
      case 2 -> "cjson.encode_number_precision(" + integer(-1, 16) + ")";
      case 3 ->
          "cjson.encode_invalid_numbers(" + choice("true", "false", "'null'", "'on'", "1") + ")";
      case 4 -> "cjson.decode_invalid_numbers(" + choice("true", "false", "'null'", "'off'") + ")";
      case 5 -> "cjson.encode_max_depth(" + integer(0, 6) + ")";
      default ->
          "cjson.decode_max_depth(" + choice("3", "1000", "1", "0", "nil", "'x'", "1,2") + ")";
    };
  }

  private String mutated(String text) {
    StringBuilder mutated = new StringBuilder(text);
    int changes = 1 + random.nextInt(2);
    for (int i = 0; i < changes && !mutated.isEmpty(); i++) {
      int at = random.nextInt(mutated.length());
      switch (random.nextInt(4)) {
        case 0 -> mutated.deleteCharAt(at);
        case 1 -> mutated.setCharAt(at, (char) random.nextInt(256));
        case 2 -> mutated.insert(at, choice(",", "[", "}", "\"", "1", "\0"));
        default -> mutated.setLength(at);
      }
    }
    return mutated.toString();
  }

  // cmsgpack

  String messages() {
    return switch (random.nextInt(6)) {
      case 0, 1 ->
          "cmsgpack.pack(" + value(0) + (random.nextInt(3) == 0 ? "," + value(1) : "") + ")";
      case 2 -> "cmsgpack.unpack(cmsgpack.pack(" + value(0) + "," + value(0) + "))";
      case 3 -> "cmsgpack.unpack(" + quoted(message()) + ")";
      case 4 -> "cmsgpack.unpack_one(" + quoted(message()) + optional(integer(-1, 8)) + ")";
      default ->
          "cmsgpack.unpack_limit("
              + quoted(message())
              + ","
              + integer(-1, 4)
              + optional(integer(-1, 8))
              + ")";
    };
  }

  private String message() {
    StringBuilder message = new StringBuilder();
    int parts = random.nextInt(4);
    for (int i = 0; i < parts; i++) {
      int code = random.nextInt(3) == 0 ? random.nextInt(256) : 0x80 + random.nextInt(0x60);
      message.append((char) code);
      if (random.nextInt(2) == 0) {
        message.append(text("\0\0\1\2\3ab", 6));
      }
      message.append(bytes(4));
    }
    return message.toString();
  }

  // struct

  String structs() {
    StringBuilder format = new StringBuilder();
    StringBuilder arguments = new StringBuilder();
    int items = 1 + random.nextInt(5);
    for (int i = 0; i < items; i++) {
      String option =
          switch (random.nextInt(14)) {
            case 0 -> choice("<", ">", "!", "!4", "!8", "!2", " ", "!3");
            case 1 -> "x";
            case 2 -> choice("i", "I") + integer(0, 18);
            case 3 -> "s";
            case 4 -> "c" + random.nextInt(6);
            case 5 -> random.nextInt(10) == 0 ? choice("y", "c99999999999", "i33", "Z") : "f";
            default -> choice("b", "B", "h", "H", "l", "L", "T", "f", "d", "i", "I");
          };
      format.append(option);
      char first = option.charAt(0);
      if (first == 's' || first == 'c') {
        arguments.append(',').append(quoted(text("abc", 8)));
      } else if (Character.isLetter(first) && first != 'x') {
        arguments.append(',').append(number());
      }
    }
    String f = quoted(format.toString());
    return switch (random.nextInt(5)) {
      case 0, 1 -> "struct.pack(" + f + arguments + ")";
      case 2 -> "struct.size(" + f + ")";
      case 3 -> "struct.unpack(" + f + ",struct.pack(" + f + arguments + "))";
      default -> "struct.unpack(" + f + "," + quoted(bytes(40)) + optional(integer(-2, 12)) + ")";
    };
  }
}
