package io.jacinth.lua;

/**
 * A function written in Java.
 *
 * <p>It reads its arguments from the call and leaves its results there; that way a call with
 * numbers and existing strings allocates nothing.
 */
public abstract non-sealed class NativeFunction extends Function {
  private final String name;

  /**
   * @param name for messages to developers only: texts of errors name functions as their callers do
   */
  protected NativeFunction(String name) {
    this.name = name;
  }

  public final String name() {
    return name;
  }

  /** Does the work. Without a call of one of the {@code return...} methods there is no result. */
  protected abstract void call(Arguments call);

  /** A value that the function holds on to, or null: what it weighs counts. */
  protected Object referent() {
    return null;
  }

  @Override
  public String toString() {
    return "function " + name;
  }
}
