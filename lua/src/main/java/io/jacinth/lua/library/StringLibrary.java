package io.jacinth.lua.library;

import static io.jacinth.lua.LuaType.NUMBER;

import io.jacinth.lua.Arguments;
import io.jacinth.lua.Function;
import io.jacinth.lua.Lua;
import io.jacinth.lua.LuaString;
import io.jacinth.lua.LuaType;
import io.jacinth.lua.NativeFunction;
import io.jacinth.lua.NumberFormat;
import io.jacinth.lua.Table;
import java.util.Arrays;
import java.util.Locale;

/** The functions of {@code string}, those with patterns too. */
public final class StringLibrary {
  /** In the order in which PUC Lua makes them known, which {@code pairs} shows. */
  private enum Operation {
    BYTE,
    CHAR,
    DUMP,
    FIND,
    FORMAT,
    GFIND,
    GMATCH,
    GSUB,
    LEN,
    LOWER,
    MATCH,
    REP,
    REVERSE,
    SUB,
    UPPER
  }

  /** Compiled patterns are kept by the low bits of their text's hash. */
  private static final int KEPT_PATTERNS = 64;

  /** Longer patterns are compiled each time. */
  private static final int MAX_KEPT_PATTERN_BYTES = 256;

  /** So many bytes are searched between two looks at the stop flag. */
  private static final int BYTES_PER_POLL = 1 << 16;

  /** The first argument that a format shows. */
  private static final int FIRST_FORMATTED = 2;

  private final Lua lua;
  private final Pattern[] patterns = new Pattern[KEPT_PATTERNS];
  private final LuaString[] patternTexts = new LuaString[KEPT_PATTERNS];

  /** At rest, to be used by the next call; null while in use, as replacements may be functions. */
  private Matcher idleMatcher;

  private Output idleOutput;

  private StringLibrary(Lua lua) {
    this.lua = lua;
    idleMatcher = new Matcher(lua);
    idleOutput = new Output(lua);
  }

  /** Makes the library known, as a global variable and as the methods of strings. */
  public static void install(Lua lua) {
    StringLibrary library = new StringLibrary(lua);
    Operation[] operations = Operation.values();
    Table table = Library.table(lua, "string", operations.length);
    for (Operation operation : operations) {
      String name = operation.name().toLowerCase(Locale.ROOT);
      if (operation == Operation.GFIND) {
        // The name that gmatch had in Lua 5.0; its place in the table is taken now.
        table.put(name, table);
      } else {
        table.put(name, new StringFunction(library, operation, name));
      }
    }
    table.put("gfind", table.get("gmatch"));
    Table metatable = new Table(lua, 0, 1);
    metatable.put("__index", table);
    lua.setStringMetatable(metatable);
  }

  private static final class StringFunction extends NativeFunction {
    private final StringLibrary library;
    private final Operation operation;

    StringFunction(StringLibrary library, Operation operation, String name) {
      super(name);
      this.library = library;
      this.operation = operation;
    }

    @Override
    protected void call(Arguments call) {
      switch (operation) {
        case BYTE -> bytes(call);
        case CHAR -> characters(call);
        case DUMP -> dump(call);
        case FIND -> library.find(call, true);
        case FORMAT -> library.format(call);
        case GFIND, GMATCH -> library.iterate(call);
        case GSUB -> library.substitute(call);
        case LEN -> call.returnNumber(call.checkString(1).length());
        case LOWER -> changeCase(call, 'A', 'Z');
        case MATCH -> library.find(call, false);
        case REP -> repeat(call);
        case REVERSE -> reverse(call);
        case SUB -> part(call);
        case UPPER -> changeCase(call, 'a', 'z');
      }
    }
  }

  // Without patterns

  private static void bytes(Arguments call) {
    LuaString string = call.checkString(1);
    long first = Library.position(call.optionalInteger(2, 1), string.length());
    long last = Library.position(call.optionalInteger(3, first), string.length());
    first = Math.max(first, 1);
    last = Math.min(last, string.length());
    if (first > last) {
      call.returnNothing();
      return;
    }
    int count = (int) (last - first + 1);
    Library.reserve(call, count, "string slice too long");
    for (int i = 0; i < count; i++) {
      call.pushNumber(string.byteAt((int) first - 1 + i));
    }
    call.returnPushed(count);
  }

  private static void characters(Arguments call) {
    int count = call.count();
    byte[] bytes = new byte[count];
    for (int i = 1; i <= count; i++) {
      int c = call.checkInt(i);
      if ((c & 0xff) != c) {
        throw call.argumentError(i, "invalid value");
      }
      bytes[i - 1] = (byte) c;
    }
    call.returnReference(own(call, bytes));
  }

  private static void dump(Arguments call) {
    call.checkFunction(1);
    // Nothing would take the code back.
    throw call.error("unable to dump given function");
  }

  private static void part(Arguments call) {
    LuaString string = call.checkString(1);
    int length = string.length();
    long first = Math.max(Library.position(call.checkInteger(2), length), 1);
    long last = Math.min(Library.position(call.optionalInteger(3, -1), length), length);
    if (first == 1 && last == length) {
      call.returnReference(string);
    } else if (first > last) {
      call.returnReference(LuaString.EMPTY);
    } else {
      call.returnReference(Output.string(call.lua(), string.bytes(), (int) first - 1, (int) last));
    }
  }

  private static void repeat(Arguments call) {
    LuaString string = call.checkString(1);
    int count = call.checkInt(2);
    if (count <= 0 || string.length() == 0) {
      call.returnReference(LuaString.EMPTY);
      return;
    }
    long total = (long) count * string.length();
    call.charge(Output.STRING_OVERHEAD_BYTES + total);
    if (total > Integer.MAX_VALUE - 8) {
      throw new io.jacinth.lua.LuaError("not enough memory");
    }
    byte[] bytes = new byte[(int) total];
    int done = string.length();
    System.arraycopy(string.bytes(), 0, bytes, 0, done);
    while (done < bytes.length) {
      int more = Math.min(done, bytes.length - done);
      System.arraycopy(bytes, 0, bytes, done, more);
      done += more;
    }
    call.returnReference(LuaString.of(bytes));
  }

  private static void reverse(Arguments call) {
    byte[] source = call.checkString(1).bytes();
    call.charge(Output.STRING_OVERHEAD_BYTES + source.length);
    byte[] bytes = new byte[source.length];
    for (int i = 0; i < source.length; i++) {
      bytes[source.length - 1 - i] = source[i];
    }
    call.returnReference(LuaString.of(bytes));
  }

  private static void changeCase(Arguments call, char first, char last) {
    LuaString string = call.checkString(1);
    byte[] source = string.bytes();
    int at = 0;
    while (at < source.length && (source[at] < first || source[at] > last)) {
      at++;
    }
    if (at == source.length) {
      call.returnReference(string);
      return;
    }
    call.charge(Output.STRING_OVERHEAD_BYTES + source.length);
    byte[] bytes = source.clone();
    for (; at < bytes.length; at++) {
      if (bytes[at] >= first && bytes[at] <= last) {
        bytes[at] = (byte) (bytes[at] ^ ' ');
      }
    }
    call.returnReference(LuaString.of(bytes));
  }

  private static LuaString own(Arguments call, byte[] bytes) {
    call.charge(Output.STRING_OVERHEAD_BYTES + bytes.length);
    return LuaString.of(bytes);
  }

  // With patterns

  private Pattern pattern(LuaString text, boolean anchors) {
    boolean other = !anchors && text.length() > 0 && text.byteAt(0) == '^';
    if (text.length() > MAX_KEPT_PATTERN_BYTES || other) {
      lua.charge((long) Pattern.BYTES_PER_BYTE * text.length());
      return new Pattern(text.bytes(), anchors);
    }
    int place = text.hashCode() & (KEPT_PATTERNS - 1);
    if (!text.equals(patternTexts[place])) {
      patterns[place] = new Pattern(text.bytes(), true);
      patternTexts[place] = text;
    }
    return patterns[place];
  }

  private Matcher takeMatcher() {
    Matcher matcher = idleMatcher;
    idleMatcher = null;
    return matcher == null ? new Matcher(lua) : matcher;
  }

  private void giveBack(Matcher matcher) {
    matcher.end();
    idleMatcher = matcher;
  }

  private Output takeOutput() {
    Output output = idleOutput;
    idleOutput = null;
    return output == null ? new Output(lua) : output;
  }

  private void giveBack(Output output) {
    output.clear();
    idleOutput = output;
  }

  private void find(Arguments call, boolean places) {
    LuaString subject = call.checkString(1);
    LuaString text = call.checkString(2);
    long init = Library.position(call.optionalInteger(3, 1), subject.length()) - 1;
    int from = (int) Math.min(Math.max(init, 0), subject.length());
    if (places && (LuaType.isTrue(call.reference(4)) || Pattern.isPlain(text.bytes()))) {
      int at = indexOf(subject.bytes(), text.bytes(), from);
      if (at < 0) {
        call.returnReference(null);
      } else {
        call.pushNumber(at + 1);
        call.pushNumber(at + text.length());
        call.returnPushed(2);
      }
      return;
    }
    Matcher matcher = takeMatcher();
    matcher.begin(pattern(text, true), subject);
    int at = matcher.search(call, from);
    if (at == Matcher.NONE) {
      call.returnReference(null);
    } else if (places) {
      call.pushNumber(at + 1);
      call.pushNumber(matcher.matchEnd);
      call.returnPushed(2 + pushCaptures(call, matcher, at, false));
    } else {
      call.returnPushed(pushCaptures(call, matcher, at, true));
    }
    giveBack(matcher);
  }

  private int indexOf(byte[] subject, byte[] text, int from) {
    int last = subject.length - text.length;
    if (text.length == 0) {
      return from;
    }
    byte first = text[0];
    int work = BYTES_PER_POLL;
    for (int at = from; at <= last; at++) {
      if (subject[at] == first) {
        int mismatch = Arrays.mismatch(subject, at, at + text.length, text, 0, text.length);
        if (mismatch < 0) {
          return at;
        }
        work -= mismatch;
      }
      if (--work < 0) {
        work = BYTES_PER_POLL;
        lua.poll();
      }
    }
    return -1;
  }

  /**
   * Pushes the captures of a match, and returns how many.
   *
   * @param orAll whether without any the whole match is pushed
   */
  private static int pushCaptures(Arguments call, Matcher matcher, int start, boolean orAll) {
    int count = matcher.pattern().captureCount;
    if (count == 0 && orAll) {
      count = 1;
    }
    Library.reserve(call, count, "too many captures");
    for (int i = 0; i < count; i++) {
      pushCapture(call, matcher, start, i);
    }
    return count;
  }

  private static void pushCapture(Arguments call, Matcher matcher, int start, int capture) {
    int from = start;
    int to = matcher.matchEnd;
    if (capture >= matcher.pattern().captureCount) {
      if (capture != 0) {
        throw call.error("invalid capture index");
      }
    } else {
      checkClosed(call, matcher, capture);
      from = matcher.starts[capture];
      if (matcher.lengths[capture] == Matcher.POSITION) {
        call.pushNumber(from + 1);
        return;
      }
      to = from + matcher.lengths[capture];
    }
    call.pushReference(Output.string(call.lua(), matcher.subject(), from, to));
  }

  private static void checkClosed(Arguments call, Matcher matcher, int capture) {
    if ((matcher.pattern().openCaptures & 1 << capture) != 0) {
      throw call.error("unfinished capture");
    }
  }

  private void iterate(Arguments call) {
    LuaString subject = call.checkString(1);
    LuaString text = call.checkString(2);
    call.returnReference(new MatchIterator(lua, pattern(text, false), subject));
  }

  /** What gmatch returns: gives the next match at each call. */
  private static final class MatchIterator extends NativeFunction {
    /** An iterator with its matcher, without the pattern. */
    private static final int BYTES = 512;

    private final Matcher matcher;
    private int next;

    MatchIterator(Lua lua, Pattern pattern, LuaString subject) {
      super("for iterator");
      lua.charge(BYTES);
      matcher = new Matcher(lua);
      matcher.begin(pattern, subject);
    }

    @Override
    protected void call(Arguments call) {
      int at = next > matcher.subject().length ? Matcher.NONE : matcher.search(call, next);
      if (at == Matcher.NONE) {
        call.returnNothing();
        return;
      }
      // After an empty match the search goes on one further.
      next = matcher.matchEnd == at ? at + 1 : matcher.matchEnd;
      call.returnPushed(pushCaptures(call, matcher, at, true));
    }
  }

  private void substitute(Arguments call) {
    LuaString subject = call.checkString(1);
    LuaString text = call.checkString(2);
    Object replacement = call.reference(3);
    int max = call.optionalInt(4, subject.length() + 1);
    if (replacement == NUMBER) {
      replacement = call.checkString(3);
    } else if (!(replacement instanceof LuaString
        || replacement instanceof Table
        || replacement instanceof Function)) {
      throw call.argumentError(3, "string/function/table expected");
    }
    Pattern pattern = pattern(text, true);
    Matcher matcher = takeMatcher();
    Output output = takeOutput();
    matcher.begin(pattern, subject);
    byte[] source = subject.bytes();
    int copied = 0;
    int at = 0;
    int count = 0;
    while (count < max) {
      int start = matcher.search(call, at);
      if (start == Matcher.NONE) {
        break;
      }
      count++;
      int end = matcher.matchEnd;
      output.write(source, copied, start);
      copied = end;
      if (replacement instanceof LuaString template) {
        fill(call, matcher, start, template.bytes(), output);
      } else {
        replace(call, matcher, start, replacement, output);
      }
      at = end > start ? end : end + 1;
      if (at > source.length || pattern.anchored) {
        break;
      }
    }
    if (count == 0) {
      call.pushReference(subject);
    } else {
      output.write(source, copied, source.length);
      call.pushReference(output.toLuaString());
    }
    call.pushNumber(count);
    call.returnPushed(2);
    giveBack(matcher);
    giveBack(output);
  }

  /** Writes a replacement in which % and a digit stand for a capture. */
  private static void fill(
      Arguments call, Matcher matcher, int start, byte[] template, Output output) {
    int at = 0;
    while (at < template.length) {
      int from = at;
      while (at < template.length && template[at] != '%') {
        at++;
      }
      output.write(template, from, at);
      if (at < template.length) {
        // Behind a % at the end PUC Lua sees the byte 0 that ends strings in C.
        fill(call, matcher, start, at + 1 < template.length ? template[at + 1] : 0, output);
        at += 2;
      }
    }
  }

  /** Writes what a % and this character stand for. */
  private static void fill(Arguments call, Matcher matcher, int start, int escaped, Output output) {
    if (escaped < '0' || escaped > '9') {
      output.write(escaped);
    } else if (escaped == '0') {
      output.write(matcher.subject(), start, matcher.matchEnd);
    } else {
      int capture = escaped - '1';
      int count = matcher.pattern().captureCount;
      // Without captures %1 is the whole match.
      if (capture >= Math.max(count, 1)) {
        throw call.error("invalid capture index");
      } else if (count == 0) {
        output.write(matcher.subject(), start, matcher.matchEnd);
        return;
      }
      checkClosed(call, matcher, capture);
      int from = matcher.starts[capture];
      if (matcher.lengths[capture] == Matcher.POSITION) {
        output.writeNumber(from + 1);
      } else {
        output.write(matcher.subject(), from, from + matcher.lengths[capture]);
      }
    }
  }

  /** Writes what a function or a table gives for a match; false and nil keep the match. */
  private static void replace(
      Arguments call, Matcher matcher, int start, Object replacement, Output output) {
    if (replacement instanceof Table table) {
      pushCapture(call, matcher, start, 0);
      int key = call.top();
      Object keyReference = call.reference(key);
      double keyNumber = call.number(key);
      call.pop(1);
      call.pushIndexed(table, 0, keyReference, keyNumber);
    } else {
      call.pushReference(replacement);
      call.invoke(pushCaptures(call, matcher, start, true), 1);
    }
    int top = call.top();
    Object result = call.reference(top);
    if (result instanceof LuaString string) {
      output.write(string);
    } else if (result == NUMBER) {
      output.writeNumber(call.number(top));
    } else if (!LuaType.isTrue(result)) {
      output.write(matcher.subject(), start, matcher.matchEnd);
    } else {
      throw call.error("invalid replacement value (a " + LuaType.nameOf(result) + ")");
    }
    call.pop(1);
  }

  // format

  private void format(Arguments call) {
    byte[] format = call.checkString(1).bytes();
    Output output = takeOutput();
    int argument = FIRST_FORMATTED - 1;
    int at = 0;
    while (at < format.length) {
      byte c = format[at++];
      if (c != '%') {
        output.write(c);
      } else if (at < format.length && format[at] == '%') {
        output.write('%');
        at++;
      } else {
        if (++argument > call.count()) {
          throw call.argumentError(argument, "no value");
        }
        at = item(call, format, at, argument, output);
      }
    }
    call.returnReference(output.toLuaString());
    giveBack(output);
  }

  /** Shows an argument as a format's item says that begins behind a %; returns the item's end. */
  private static int item(Arguments call, byte[] format, int start, int argument, Output output) {
    int at = start;
    int flags = 0;
    for (int flag = flag(format, at); flag != 0; flag = flag(format, ++at)) {
      flags |= flag;
    }
    if (at - start > 5) {
      throw call.error("invalid format (repeated flags)");
    }
    int width = 0;
    for (int i = 0; i < 2 && isDigit(format, at); i++) {
      width = 10 * width + format[at++] - '0';
    }
    int precision = NumberFormat.NO_PRECISION;
    if (at < format.length && format[at] == '.') {
      at++;
      precision = 0;
      for (int i = 0; i < 2 && isDigit(format, at); i++) {
        precision = 10 * precision + format[at++] - '0';
      }
    }
    if (isDigit(format, at)) {
      throw call.error("invalid format (width or precision too long)");
    }
    char conversion = at < format.length ? (char) (format[at] & 0xff) : 0;
    switch (conversion) {
      case 'c' -> {
        int c = (int) toLong(call.checkNumber(argument)) & 0xff;
        // printf's output ends at a byte 0, here and below.
        padded(new byte[] {(byte) c}, c == 0 ? 0 : 1, flags, width, c == 0, output);
      }
      case 'd', 'i' ->
          number(toLong(call.checkNumber(argument)), conversion, flags, width, precision, output);
      case 'o', 'u', 'x', 'X' ->
          number(
              toUnsigned(call.checkNumber(argument)), conversion, flags, width, precision, output);
      case 'e', 'E', 'f', 'g', 'G' -> {
        double number = call.checkNumber(argument);
        output.reserve(NumberFormat.MAX_FORMATTED_LENGTH);
        output.length =
            NumberFormat.format(
                number, conversion, flags, width, precision, output.bytes, output.length);
      }
      case 'q' -> quote(call.checkString(argument).bytes(), output);
      case 's' -> string(call.checkString(argument), flags, width, precision, output);
      default ->
          throw call.error(
              "invalid option '%" + (conversion == 0 ? "" : conversion) + "' to 'format'");
    }
    return at + 1;
  }

  private static int flag(byte[] format, int at) {
    return switch (at < format.length ? format[at] : 0) {
      case '-' -> NumberFormat.LEFT;
      case '+' -> NumberFormat.PLUS;
      case ' ' -> NumberFormat.SPACE;
      case '#' -> NumberFormat.ALTERNATE;
      case '0' -> NumberFormat.ZERO;
      default -> 0;
    };
  }

  private static boolean isDigit(byte[] format, int at) {
    return at < format.length && format[at] >= '0' && format[at] <= '9';
  }

  private static void number(
      long number, char conversion, int flags, int width, int precision, Output output) {
    output.reserve(NumberFormat.MAX_FORMATTED_LENGTH);
    output.length =
        NumberFormat.formatLong(
            number, conversion, flags, width, precision, output.bytes, output.length);
  }

  /** A number cut to 64 bits, as C does it on x86-64. */
  static long toLong(double number) {
    return number >= -0x1p63 && number < 0x1p63 ? (long) number : Long.MIN_VALUE;
  }

  /** A number cut to 64 bits without sign, as C does it on x86-64. */
  static long toUnsigned(double number) {
    return number >= 0x1p63 ? toLong(number - 0x1p63) ^ Long.MIN_VALUE : toLong(number);
  }

  private static void string(LuaString string, int flags, int width, int precision, Output output) {
    if (precision == NumberFormat.NO_PRECISION && string.length() >= 100) {
      output.write(string);
      return;
    }
    byte[] bytes = string.bytes();
    int limit =
        precision == NumberFormat.NO_PRECISION ? bytes.length : Math.min(precision, bytes.length);
    int length = 0;
    while (length < limit && bytes[length] != 0) {
      length++;
    }
    padded(bytes, length, flags, width, false, output);
  }

  private static void padded(
      byte[] bytes, int length, int flags, int width, boolean endsAtZero, Output output) {
    int padding = width - (endsAtZero ? 1 : length);
    boolean left = (flags & NumberFormat.LEFT) != 0;
    if (!left && padding > 0) {
      output.writeFilled(' ', padding);
    }
    output.write(bytes, 0, length);
    if (left && padding > 0 && !endsAtZero) {
      output.writeFilled(' ', padding);
    }
  }

  private static void quote(byte[] bytes, Output output) {
    output.write('"');
    for (byte c : bytes) {
      switch (c) {
        case '"', '\\', '\n' -> {
          output.write('\\');
          output.write(c);
        }
        case '\r' -> output.writeAscii("\\r");
        case 0 -> output.writeAscii("\\000");
        default -> output.write(c);
      }
    }
    output.write('"');
  }
}
