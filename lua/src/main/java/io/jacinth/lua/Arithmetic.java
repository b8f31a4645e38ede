package io.jacinth.lua;

/** The operations on numbers that Java has not just so. */
final class Arithmetic {
  private Arithmetic() {}

  /** The remainder with the sign of the divisor, as {@code a - floor(a / b) * b} gives it. */
  static double remainder(double a, double b) {
    return a - Math.floor(a / b) * b;
  }

  static double power(double a, double b) {
    // C says that these two are 1 whatever the other number is; Java says NaN
    return a == 1 || (a == -1 && Double.isInfinite(b)) ? 1 : Math.pow(a, b);
  }

  /** The number with its sign changed: also a NaN's, which is shown. */
  static double negate(double a) {
    return Double.isNaN(a) ? NumberFormat.negateNan(a) : -a;
  }

  /** The operation of an event on two numbers. */
  static double calculate(Metamethod event, double a, double b) {
    return switch (event) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
      case REMAINDER -> remainder(a, b);
      case POWER -> power(a, b);
      case NEGATE -> negate(a);
      default -> throw new IllegalArgumentException(event.toString());
    };
  }
}
