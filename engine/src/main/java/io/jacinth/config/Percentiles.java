package io.jacinth.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Which percentiles of latency INFO shows: {@code latency-tracking-info-percentiles}. */
final class Percentiles implements Syntax<List<Double>> {
  private static final int DECIMALS = 6;
  private static final double MAX = 100;

  @Override
  public List<Double> parse(List<String> words, List<Double> current, boolean again)
      throws SettingException {
    List<Double> percentiles = new ArrayList<>();
    if (!words.equals(List.of(""))) {
      for (String word : words) {
        percentiles.add(percentile(word));
      }
    }
    return List.copyOf(percentiles);
  }

  private static double percentile(String word) throws SettingException {
    double value;
    try {
      // Java reads more than C does: spaces around, and a letter for the type behind
      boolean plain = !word.isEmpty() && word.matches("[0-9+.eE-]+");
      value = plain ? Double.parseDouble(word) : hexadecimal(word);
    } catch (NumberFormatException e) {
      throw new SettingException("Invalid latency-tracking-info-percentiles parameters");
    }
    if (value < 0 || value > MAX) {
      throw new SettingException(
          "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]");
    }
    return value;
  }

  private static double hexadecimal(String word) {
    if (!word.startsWith("0x")) {
      throw new NumberFormatException(word);
    }
    return Double.parseDouble(word.contains("p") ? word : word + "p0");
  }

  @Override
  public String format(List<Double> value) {
    return value.stream()
        .map(
            percentile ->
                new BigDecimal(percentile)
                    .setScale(DECIMALS, RoundingMode.HALF_EVEN)
                    .stripTrailingZeros()
                    .toPlainString())
        .collect(Collectors.joining(" "));
  }

  @Override
  public String formatForFile(List<Double> value) {
    return value.isEmpty() ? "\"\"" : format(value);
  }

  @Override
  public boolean manyWords() {
    return true;
  }
}
