package io.jacinth.lua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NumberTextTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, -0",
    "12, 12",
    "' 12\t', 12",
    "+5, 5",
    "1., 1",
    ".5, 0.5",
    "1e2, 100",
    "1E-2, 0.01",
    "1e400, inf",
    "0x10, 16",
    "-0X1f, -31",
    "0x1p4, 16",
    "0x.8, 0.5",
    "0xA.8p1, 21",
    "0xffffffffffffffffff, 4.7223664828696e+21",
    "9007199254740993, 9.007199254741e+15",
    "123456789012345678901234567890, 1.2345678901235e+29",
    "inf, inf",
    "-Infinity, -inf",
    "nan, nan",
    "-NAN, -nan",
    "nan(12_z), nan",
    "1e-99999999999999999999, 0"
  })
  void numbers(String text, String expected) {
    assertEquals(expected, NumberText.of(parse(text)).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "x", "1x", "0x", "0xg", "1e", "1e+", ".", "+", "- 1", "--1", "1 2", "infi", "nan(",
        "nan(-)", "0x1p", "1_000", "e5", "0x.p1"
      })
  void others(String text) {
    assertTrue(NumberText.isNoNumber(parse(text)), text);
  }

  @Test
  void zeroByteEndsTheText() {
    assertEquals(10, parse("10\0abc"));
    assertTrue(NumberText.isNoNumber(parse("\0" + "10")));
  }

  @Test
  void decimalsAreReadAsJavaReadsThem() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      double number = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(number)) {
        String text =
            random.nextBoolean() ? Double.toString(number) : Float.toString((float) number);
        if (!text.contains("I")) {
          assertEquals(Double.parseDouble(text), parse(text), "seed " + seed);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ff, 16, 255",
    "0xFF, 16, 255",
    "zz, 36, 1295",
    "-7, 16, 1.844674407371e+19",
    "99999999999999999999999, 10, 1.844674407371e+19",
    "' 101 ', 2, 5",
    "777, 8, 511"
  })
  void otherBases(String text, int base, String expected) {
    byte[] bytes = bytes(text);
    assertEquals(
        expected, NumberText.of(NumberText.parse(bytes, 0, bytes.length, base)).toString());
  }

  @ParameterizedTest
  @CsvSource({"8, 8", "g, 16", "'', 10", "1.5, 10", "-, 10", "0x, 16"})
  void notInThatBase(String text, int base) {
    byte[] bytes = bytes(text);
    assertTrue(NumberText.isNoNumber(NumberText.parse(bytes, 0, bytes.length, base)));
  }

  private static double parse(String text) {
    byte[] bytes = bytes(text);
    return NumberText.parse(bytes, 0, bytes.length);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
