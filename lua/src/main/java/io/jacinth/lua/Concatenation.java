package io.jacinth.lua;

import static io.jacinth.lua.LuaType.NUMBER;

/** The operator {@code ..} on any number of values. */
@SuppressWarnings("ReferenceEquality") // numbers are known by their reference
final class Concatenation {
  /** What a string's length must stay below. */
  private static final long MAX_LENGTH = Integer.MAX_VALUE - 64;

  private Concatenation() {}

  /** Concatenates registers from the right to the left; the result is left in the first one. */
  static void concatenate(LuaThread thread, int first, int last) {
    int end = last;
    while (end > first) {
      Object right = thread.references[end];
      Object left = thread.references[end - 1];
      if (!isText(left) || !isText(right)) {
        concatenateByMetamethod(thread, end);
        end--;
        continue;
      }
      toText(thread, end);
      long length = text(thread, end).length();
      int start = end;
      while (start > first && isText(thread.references[start - 1])) {
        start--;
        toText(thread, start);
        length += text(thread, start).length();
      }
      thread.references[start] = join(thread, start, end, length);
      end = start;
    }
  }

  private static boolean isText(Object value) {
    return value instanceof LuaString || value == NUMBER;
  }

  private static LuaString text(LuaThread thread, int register) {
    return (LuaString) thread.references[register];
  }

  private static void toText(LuaThread thread, int register) {
    if (thread.references[register] == NUMBER) {
      thread.references[register] = Coercion.toString(thread.lua, thread.numbers[register]);
    }
  }

  private static LuaString join(LuaThread thread, int start, int end, long length) {
    if (length == text(thread, start).length()) {
      return text(thread, start);
    } else if (length > MAX_LENGTH) {
      throw thread.lua.error("string length overflow");
    }
    thread.lua.charge(LuaString.OVERHEAD_BYTES + length);
    byte[] joined = new byte[(int) length];
    int position = 0;
    for (int i = start; i <= end; i++) {
      byte[] part = text(thread, i).bytes();
      System.arraycopy(part, 0, joined, position, part.length);
      position += part.length;
    }
    return LuaString.of(joined);
  }

  private static void concatenateByMetamethod(LuaThread thread, int right) {
    Object a = thread.references[right - 1];
    Object b = thread.references[right];
    Object handler = thread.lua.metamethod(a, Metamethod.CONCATENATE);
    if (handler == null) {
      handler = thread.lua.metamethod(b, Metamethod.CONCATENATE);
    }
    if (handler == null) {
      int culprit = isText(a) ? right : right - 1;
      throw thread.lua.typeError(thread.references[culprit], culprit, "concatenate");
    }
    Metamethods.call(
        thread, handler, a, thread.numbers[right - 1], b, thread.numbers[right], right - 1);
  }
}
