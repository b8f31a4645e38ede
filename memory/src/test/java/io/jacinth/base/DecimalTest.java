package io.jacinth.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DecimalTest {
  /** Never closed: jqwik and Jupiter both run this class, one after the other. */
  private static final NativeText TEXT = new NativeText();

  private static long parse(String text) {
    return Decimal.parseLong(TEXT.input, TEXT.put(text));
  }

  private static boolean isLong(String text) {
    return Decimal.isLong(TEXT.input, TEXT.put(text));
  }

  @Property
  void aLongReadsAsItIsWritten(@ForAll long value, @ForAll("shifts") int shift) {
    assertRoundTrip(value >> shift);
  }

  @Provide
  Arbitrary<Integer> shifts() {
    return Arbitraries.integers().between(0, 63);
  }

  @Test
  void powersOfTenAndTheirNeighbours() {
    long power = 1;
    for (int i = 0; i < 19; i++, power *= 10) {
      for (long value = power - 2; value <= power + 2; value++) {
        assertRoundTrip(value);
        assertRoundTrip(-value);
      }
    }
    assertRoundTrip(Long.MAX_VALUE);
    assertRoundTrip(Long.MIN_VALUE);
    assertRoundTrip(Long.MIN_VALUE + 1);
    assertRoundTrip(Decimal.NOT_A_LONG);
  }

  private static void assertRoundTrip(long value) {
    String expected = Long.toString(value);
    int length = Decimal.writeLong(TEXT.output, value);
    assertEquals(expected, TEXT.output(length));
    assertEquals(length, Decimal.length(value));
    assertEquals(value, Decimal.parseLong(TEXT.output, length));
    assertTrue(Decimal.isLong(TEXT.output, length), expected);
    int unsignedLength = Decimal.writeUnsigned(TEXT.output, value);
    assertEquals(Long.toUnsignedString(value), TEXT.output(unsignedLength));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "+1",
        " 1",
        "1 ",
        "01",
        "-0",
        "-01",
        "00",
        "1.",
        "1e3",
        "0x1",
        "a",
        "1a",
        "a1",
        "--1",
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "99999999999999999999",
        "999999999999999999a",
        "100000000000000000000",
        "1\0",
        "\u00b2"
      })
  void whatIsNoLong(String text) {
    assertEquals(Decimal.NOT_A_LONG, parse(text));
    assertFalse(isLong(text));
  }

  /** Against the definition: an integer is what {@link Long#toString} would give back. */
  @Property(tries = 5000)
  void acceptsExactlyTheCanonicalForm(@ForAll("numberLike") String text) {
    boolean canonical;
    try {
      canonical = Long.toString(Long.parseLong(text)).equals(text);
    } catch (NumberFormatException e) {
      canonical = false;
    }
    assertEquals(canonical, isLong(text), text);
    if (canonical) {
      assertEquals(Long.parseLong(text), parse(text));
    }
  }

  @Provide
  Arbitrary<String> numberLike() {
    return Arbitraries.strings().withChars("0123456789012345678901234567899-+ a").ofMaxLength(21);
  }

  @Property(tries = 5000)
  void aDoubleReadsAsJavaReadsIt(@ForAll double value, @ForAll("decimals") String decimal) {
    assertReads(Double.toString(value));
    assertReads(decimal);
  }

  @Provide
  Arbitrary<String> decimals() {
    Arbitrary<String> digits = Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(40);
    return digits.flatMap(
        whole ->
            digits.flatMap(
                part ->
                    Arbitraries.integers()
                        .between(-400, 350)
                        .map(exponent -> whole + "." + part + "e" + exponent)));
  }

  private static void assertReads(String text) {
    double expected = Double.parseDouble(text);
    double actual = Decimal.parseDouble(TEXT.input, TEXT.put(text));
    boolean lost =
        Double.isInfinite(expected) || (expected == 0 && text.matches(".*[1-9].*e.*|.*E.*"));
    assertEquals(lost ? Double.NaN : expected, actual, text);
  }

  @Property(tries = 5000)
  void aDoubleIsWrittenSoThatItReadsBack(@ForAll long bits) {
    double value = Double.longBitsToDouble(bits);
    int length = Decimal.writeDouble(TEXT.output, value);
    assertTrue(length <= Decimal.MAX_DOUBLE_LENGTH);
    if (Double.isFinite(value)) {
      assertEquals(value, Double.parseDouble(TEXT.output(length)));
      assertEquals(value, Decimal.parseDouble(TEXT.output, length));
    }
  }

  /** What Redis does with each of 2000 texts. */
  @Test
  void scoresAsRedisReadsAndWritesThem() {
    for (String line : NativeText.lines("scores.txt")) {
      int space = line.indexOf(' ');
      String text = line.substring(0, space);
      double value = Decimal.parseDouble(TEXT.input, TEXT.put(text));
      String actual =
          Double.isNaN(value) ? "error" : TEXT.output(Decimal.writeDouble(TEXT.output, value));
      assertEquals(line.substring(space + 1), actual, text);
    }
  }

  @Test
  void zeroInfinityAndNothing() {
    assertEquals("-0", TEXT.output(Decimal.writeDouble(TEXT.output, -0.0)));
    assertEquals("0", TEXT.output(Decimal.writeDouble(TEXT.output, 0.0)));
    assertEquals("inf", TEXT.output(Decimal.writeDouble(TEXT.output, Double.POSITIVE_INFINITY)));
    assertEquals("-inf", TEXT.output(Decimal.writeDouble(TEXT.output, Double.NEGATIVE_INFINITY)));
    assertEquals("nan", TEXT.output(Decimal.writeDouble(TEXT.output, Double.NaN)));
    assertEquals(-0.0, Decimal.parseDouble(TEXT.input, TEXT.put("-0")));
  }

  @Test
  void digitsWithLeadingZeros() {
    for (int digits = 1; digits <= 18; digits++) {
      Decimal.writeDigits(TEXT.output, 7, digits);
      assertEquals("0".repeat(digits - 1) + "7", TEXT.output(digits));
    }
  }
}
