package io.jacinth.base;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Doubles with 17 significant digits, as C's printf has them with {@code %.17g}: so Redis shows
 * scores where it does not mind how long they are. Not for the hot path.
 */
public final class GeneralNotation {
  private static final MathContext DIGITS = new MathContext(17, RoundingMode.HALF_EVEN);

  /** Below this power of ten, and from that of the digits on, there is an exponent. */
  private static final int MIN_PLAIN_EXPONENT = -4;

  private GeneralNotation() {}

  /** The text of a number. */
  public static String of(double number) {
    if (Double.isNaN(number)) {
      return "nan";
    }
    String sign = Double.doubleToRawLongBits(number) < 0 ? "-" : "";
    double magnitude = Math.abs(number);
    if (magnitude == Double.POSITIVE_INFINITY) {
      return sign + "inf";
    }
    if (magnitude == 0) {
      return sign + "0";
    }
    BigDecimal rounded = new BigDecimal(magnitude).round(DIGITS).stripTrailingZeros();
    int exponent = rounded.precision() - rounded.scale() - 1;
    return sign
        + (exponent >= MIN_PLAIN_EXPONENT && exponent < DIGITS.getPrecision()
            ? rounded.toPlainString()
            : scientific(rounded.unscaledValue().toString(), exponent));
  }

  private static String scientific(String digits, int exponent) {
    String point = digits.length() > 1 ? "." : "";
    String power = Integer.toString(Math.abs(exponent));
    return digits.charAt(0)
        + point
        + digits.substring(1)
        + (exponent < 0 ? "e-" : "e+")
        + (power.length() < 2 ? "0" : "")
        + power;
  }
}
