package io.jacinth.lua;

/** An error of a script: a Lua value on its way to the next pcall. */
public final class LuaError extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Object reference;
  private final double number;
  private transient String traceback;

  public LuaError(Object reference, double number) {
    super(null, null, false, false);
    this.reference = reference;
    this.number = number;
  }

  public LuaError(String message) {
    this(LuaString.of(message), 0);
  }

  /** The error value. */
  public Object reference() {
    return reference;
  }

  /** The error value if it is a number. */
  public double number() {
    return number;
  }

  /** The functions that were running, if somebody asked for them to be recorded, else null. */
  public String traceback() {
    return traceback;
  }

  void setTraceback(String traceback) {
    this.traceback = traceback;
  }

  /** The error value as {@code tostring} shows strings and numbers, else its type in words. */
  @Override
  public String getMessage() {
    if (reference instanceof LuaString string) {
      return string.toString();
    } else if (reference == LuaType.NUMBER) {
      return NumberText.of(number).toString();
    }
    return "(error object is a " + LuaType.nameOf(reference) + " value)";
  }
}
