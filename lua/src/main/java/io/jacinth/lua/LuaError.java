package io.jacinth.lua;

/** An error of a script: a Lua value on its way to the next pcall. */
public final class LuaError extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Object reference;
  private final double number;
  private final boolean skipsHandlers;

  public LuaError(Object reference, double number) {
    super(null, null, false, false);
    this.reference = reference;
    this.number = number;
    this.skipsHandlers = false;
  }

  public LuaError(String message) {
    this(message, false);
  }

  /**
   * @param skipsHandlers whether the handler of xpcall is not called, as it could do no good
   */
  LuaError(String message, boolean skipsHandlers) {
    super(null, null, false, false);
    this.reference = LuaString.of(message);
    this.number = 0;
    this.skipsHandlers = skipsHandlers;
  }

  /** The error value. */
  public Object reference() {
    return reference;
  }

  /** The error value if it is a number. */
  public double number() {
    return number;
  }

  boolean skipsHandlers() {
    return skipsHandlers;
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
