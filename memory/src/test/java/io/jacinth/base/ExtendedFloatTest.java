package io.jacinth.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class ExtendedFloatTest {
  /** Never closed: jqwik and Jupiter both run this class, one after the other. */
  private static final NativeText TEXT = new NativeText();

  /** The number of bits in the fraction. */
  private static final int FRACTION_BITS = 64;

  private static ExtendedFloat number(String text) {
    ExtendedFloat number = new ExtendedFloat();
    assertTrue(number.parse(TEXT.input, TEXT.put(text)), text);
    return number;
  }

  private static String text(ExtendedFloat number) {
    return TEXT.output(number.write(TEXT.output));
  }

  /** What Redis replied to 2500 increments. */
  @Test
  void incrementsAsRedisDoesThem() {
    for (String line : NativeText.lines("increments.txt")) {
      String[] fields = line.split(" ", -1);
      assertEquals(fields[2], sum(fields[0], fields[1]), line);
    }
  }

  private static String sum(String value, String increment) {
    ExtendedFloat sum = new ExtendedFloat();
    ExtendedFloat addend = new ExtendedFloat();
    if (!sum.parse(TEXT.input, TEXT.put(value)) || !addend.parse(TEXT.input, TEXT.put(increment))) {
      return "notfloat";
    }
    sum.add(addend);
    return sum.isFinite() ? text(sum) : "nonfinite";
  }

  /** Against exact arithmetic that is rounded after each step. */
  @Property(tries = 3000)
  void addsAsExactArithmeticThatIsRounded(
      @ForAll("decimals") BigDecimal a, @ForAll("decimals") BigDecimal b) {
    BigDecimal exact = rounded(rounded(a).add(rounded(b)));
    BigDecimal decimals = exact.setScale(17, RoundingMode.HALF_EVEN).stripTrailingZeros();
    String expected = decimals.signum() == 0 ? "0" : decimals.toPlainString();
    assertEquals(expected, sum(a.toString(), b.toString()), a + " + " + b);
  }

  @Provide
  Arbitrary<BigDecimal> decimals() {
    Arbitrary<BigInteger> significands =
        Arbitraries.integers()
            .between(1, 120)
            .flatMap(
                bits ->
                    Arbitraries.bigIntegers()
                        .between(
                            BigInteger.ONE.shiftLeft(bits).negate(),
                            BigInteger.ONE.shiftLeft(bits)));
    Arbitrary<Integer> scales = Arbitraries.integers().between(-60, 60);
    return Combinators.combine(significands, scales).as(BigDecimal::new);
  }

  /** A decimal rounded to 64 significant bits, ties to even. */
  private static BigDecimal rounded(BigDecimal value) {
    if (value.signum() == 0) {
      return value;
    }
    BigInteger numerator = value.unscaledValue();
    BigInteger denominator = BigInteger.ONE;
    if (value.scale() > 0) {
      denominator = BigInteger.TEN.pow(value.scale());
    } else {
      numerator = numerator.multiply(BigInteger.TEN.pow(-value.scale()));
    }
    int exponent = numerator.abs().bitLength() - denominator.bitLength() - FRACTION_BITS;
    BigDecimal fraction = quotient(numerator, denominator, exponent);
    if (fraction.toBigInteger().bitLength() > FRACTION_BITS) {
      exponent++;
      fraction = quotient(numerator, denominator, exponent);
    }
    BigDecimal two = BigDecimal.valueOf(2);
    return exponent >= 0
        ? fraction.multiply(two.pow(exponent))
        : fraction.multiply(new BigDecimal("0.5").pow(-exponent));
  }

  private static BigDecimal quotient(BigInteger numerator, BigInteger denominator, int exponent) {
    BigDecimal up = new BigDecimal(exponent < 0 ? numerator.shiftLeft(-exponent) : numerator);
    BigDecimal down = new BigDecimal(exponent > 0 ? denominator.shiftLeft(exponent) : denominator);
    return up.divide(down, 0, RoundingMode.HALF_EVEN);
  }

  @Test
  void aCarryOutOfTheSmallestNumbers() {
    // 3.6e-4951 is the smallest number of all, and half of it rounds to even, to zero
    assertEquals("0", text(number("2e-4951")));
    assertFalse(new ExtendedFloat().parse(TEXT.input, TEXT.put("1.8e-4951")));
    assertFalse(new ExtendedFloat().parse(TEXT.input, TEXT.put("1e-4960")));
  }

  @Test
  void theLargestNumber() {
    String largest = "1.18973149535723176502e4932";
    ExtendedFloat sum = number(largest);
    assertTrue(text(sum).startsWith("118973149535723176502"));
    assertEquals(4933, text(sum).length());
    sum.add(number(largest));
    assertFalse(sum.isFinite());
    assertFalse(new ExtendedFloat().parse(TEXT.input, TEXT.put("1.2e4932")));
  }

  @Test
  void infinitiesMeet() {
    ExtendedFloat sum = number("inf");
    sum.add(number("-inf"));
    assertFalse(sum.isFinite());
    sum.set(-5);
    assertTrue(sum.isFinite());
    assertEquals("-5", text(sum));
    sum.set(Long.MIN_VALUE);
    assertEquals("-9223372036854775808", text(sum));
  }

  @Test
  void aTextMayBeLong() {
    String zeros = "0".repeat(3000);
    assertEquals("1", text(number("1." + zeros + "1")));
    assertEquals("18446744073709551616", text(number("18446744073709551615.5" + zeros)));
    assertEquals("18446744073709551614", text(number("18446744073709551614.5" + zeros)));
    assertEquals("18446744073709551615", text(number("18446744073709551614.5" + zeros + "1")));
    assertFalse(new ExtendedFloat().parse(TEXT.input, TEXT.put("1." + "0".repeat(5118))));
  }
}
