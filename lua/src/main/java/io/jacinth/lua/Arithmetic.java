package io.jacinth.lua;

/** The operations on numbers that Java has not just so. */
public final class Arithmetic {
  private Arithmetic() {}

  /** The remainder with the sign of the divisor, as {@code a - floor(a / b) * b} gives it. */
  static double remainder(double a, double b) {
    return a - Math.floor(a / b) * b;
  }

  /** A power as C has it: 1 to any power is 1, also to NaN, and -1 to an infinite one. */
  public static double power(double a, double b) {
    if (a == 1 || (a == -1 && Double.isInfinite(b))) {
      return 1;
    }
    double power = Math.pow(a, b);
    return Double.isNaN(power) ? powerNan(a, b) : power;
  }

  /** Which NaN it is: of a's sign as C multiplies it, else b, else the one of 0/0. */
  private static double powerNan(double a, double b) {
    if (Double.isNaN(b)) {
      return Double.isNaN(a) ? a : b;
    }
    if (!Double.isNaN(a)) {
      return NumberFormat.NEGATIVE_NAN;
    }
    boolean isOdd = Math.abs(b % 2) == 1;
    return isOdd ? NumberFormat.POSITIVE_NAN : a;
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
