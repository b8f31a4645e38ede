package io.jacinth.lua;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NumberFormatTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, -0",
    "1, 1",
    "-1, -1",
    "99999999999999, 99999999999999",
    "100000000000000, 1e+14",
    "-100000000000000, -1e+14",
    "123456789012345, 1.2345678901234e+14",
    "0.1, 0.1",
    "3.14159265358979, 3.1415926535898",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "0.00012345678901234567, 0.00012345678901235",
    "1e15, 1e+15",
    "1e100, 1e+100",
    "1.7976931348623157e308, 1.7976931348623e+308",
    "4.9e-324, 4.9406564584125e-324",
    "9.99999999999994, 9.9999999999999",
    "9.99999999999999, 10",
    "0.5, 0.5",
    "1234.5, 1234.5",
    "Infinity, inf",
    "-Infinity, -inf"
  })
  void textOfNumbers(double number, String expected) {
    assertEquals(expected, NumberText.of(number).toString());
  }

  @Test
  void onlyOneNotANumberIsPositive() {
    assertEquals("nan", NumberText.of(NumberFormat.POSITIVE_NAN).toString());
    assertEquals("-nan", NumberText.of(NumberFormat.NEGATIVE_NAN).toString());
    assertEquals("-nan", NumberText.of(Double.NaN).toString());
  }

  @Test
  void digitsAreThoseOfTheExactValue() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 200_000; i++) {
      double number = anyNumber(random);
      int digits = 1 + random.nextInt(17);
      String message = "seed " + seed + ": " + number + " with " + digits + " digits";
      byte[] out = new byte[NumberFormat.MAX_LENGTH];
      String text = text(out, NumberFormat.write(number, digits, out, 0));
      BigDecimal expected =
          new BigDecimal(number).round(new MathContext(digits, RoundingMode.HALF_EVEN));
      assertEquals(0, expected.compareTo(new BigDecimal(text)), message + ": " + text);
      byte[] formatted = new byte[NumberFormat.MAX_FORMATTED_LENGTH];
      int end = NumberFormat.format(number, 'g', 0, 0, digits, formatted, 0);
      assertEquals(text, text(formatted, end), message);
    }
  }

  @Test
  void fixedPointIsTheExactValueRounded() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      double number = anyNumber(random);
      int places = random.nextInt(30);
      byte[] out = new byte[NumberFormat.MAX_FORMATTED_LENGTH];
      int end = NumberFormat.format(number, 'f', 0, 0, places, out, 0);
      String expected =
          new BigDecimal(number).setScale(places, RoundingMode.HALF_EVEN).toPlainString();
      if (number < 0 && !expected.startsWith("-")) {
        expected = "-" + expected;
      }
      assertEquals(expected, text(out, end), "seed " + seed + ": " + number + ", " + places);
    }
  }

  private static double anyNumber(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextInt(1000) / 8.0;
      case 1 -> random.nextInt(1_000_000) / 1000.0;
      case 2 -> random.nextLong();
      case 3 -> random.nextInt(100_000) + 0.5;
      case 4 -> random.nextGaussian();
      default -> {
        double number = Double.longBitsToDouble(random.nextLong());
        yield Double.isFinite(number) ? number : 1;
      }
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "f;0;8;2;3.14159;    3.14",
        "f;1;8;2;3.14159;3.14    ",
        "f;16;8;2;-3.14159;-0003.14",
        "f;2;0;0;2.5;+2",
        "f;8;0;0;2.5;2.",
        "f;4;0;-1;2.5; 2.500000",
        "f;0;0;20;0.1;0.10000000000000000555",
        "e;0;0;-1;12345.678;1.234568e+04",
        "E;0;0;0;12345.678;1E+04",
        "e;8;0;0;12345.678;1.e+04",
        "e;0;0;2;0;0.00e+00",
        "g;0;0;-1;100000;100000",
        "g;0;0;-1;1000000;1e+06",
        "G;0;0;-1;1e-10;1E-10",
        "g;8;0;-1;1;1.00000",
        "g;0;0;0;123;1e+02",
        "g;0;0;-1;0.0001234;0.0001234",
        "g;16;10;-1;Infinity;       inf",
        "G;0;0;-1;-Infinity;-INF",
        "g;0;0;30;0.1;0.100000000000000005551115123126"
      })
  void formats(
      char conversion, int flags, int width, int precision, double number, String expected) {
    byte[] out = new byte[NumberFormat.MAX_FORMATTED_LENGTH];
    int end = NumberFormat.format(number, conversion, flags, width, precision, out, 0);
    assertEquals(expected, text(out, end));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "d;0;5;-1;-3;   -3",
        "d;16;5;-1;-3;-0003",
        "d;16;5;3;-3; -003",
        "d;2;0;-1;3;+3",
        "d;0;0;0;0;",
        "i;17;5;-1;7;7    ",
        "x;8;0;-1;255;0xff",
        "X;24;8;-1;255;0X0000FF",
        "x;0;0;-1;-1;ffffffffffffffff",
        "o;8;0;-1;8;010",
        "o;8;0;5;8;00010",
        "u;2;0;-1;-3;18446744073709551613",
        "d;0;0;-1;-9223372036854775808;-9223372036854775808"
      })
  void formatsOfIntegers(
      char conversion, int flags, int width, int precision, long number, String expected) {
    byte[] out = new byte[NumberFormat.MAX_FORMATTED_LENGTH];
    int end = NumberFormat.formatLong(number, conversion, flags, width, precision, out, 0);
    assertEquals(expected == null ? "" : expected, text(out, end));
  }

  private static String text(byte[] bytes, int end) {
    return new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
  }
}
