package io.jacinth.base;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeneralNotationTest {
  /** As printf of glibc has them. */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, -0",
    "1, 1",
    "-3, -3",
    "0.1, 0.10000000000000001",
    "1.5, 1.5",
    "1e-7, 9.9999999999999995e-08",
    "0.0001, 0.0001",
    "0.00001, 1.0000000000000001e-05",
    "1e16, 10000000000000000",
    "1e17, 1e+17",
    "-1e20, -1e+20",
    "12345678.123456789, 12345678.123456789",
    "1e300, 1.0000000000000001e+300",
    "5e-324, 4.9406564584124654e-324",
    "Infinity, inf",
    "-Infinity, -inf",
    "NaN, nan"
  })
  void writesAsPrintf(double number, String text) {
    assertEquals(text, GeneralNotation.of(number));
  }

  @Property
  void readsBackTheSame(@ForAll double number) {
    assertEquals(number, Double.parseDouble(GeneralNotation.of(number)));
  }
}
