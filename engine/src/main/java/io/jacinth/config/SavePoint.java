package io.jacinth.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A snapshot is due when so many changes have waited for so long: one pair of {@code save}.
 *
 * <p>At the start each further {@code save} adds pairs; {@code save ""} drops those before it.
 */
public record SavePoint(long seconds, long changes) {
  static final Syntax<List<SavePoint>> SYNTAX =
      new Syntax<>() {
        @Override
        public List<SavePoint> parse(List<String> words, List<SavePoint> current, boolean again)
            throws SettingException {
          if (words.isEmpty() || words.equals(List.of(""))) {
            return List.of();
          }
          if (words.size() % 2 != 0) {
            throw new SettingException(INVALID);
          }
          List<SavePoint> points = new ArrayList<>(again ? current : List.of());
          for (int i = 0; i < words.size(); i += 2) {
            long seconds = NumberSyntax.parseLoosely(words.get(i), INVALID);
            long changes = NumberSyntax.parseLoosely(words.get(i + 1), INVALID);
            if (seconds < 1 || changes < 0) {
              throw new SettingException(INVALID);
            }
            points.add(new SavePoint(seconds, changes));
          }
          return List.copyOf(points);
        }

        @Override
        public String format(List<SavePoint> value) {
          return value.stream().map(SavePoint::words).collect(Collectors.joining(" "));
        }

        @Override
        public List<String> lines(String name, List<SavePoint> value) {
          return value.isEmpty()
              ? List.of(name + " \"\"")
              : value.stream().map(point -> name + " " + point.words()).toList();
        }

        @Override
        public boolean manyWords() {
          return true;
        }
      };

  private static final String INVALID = "Invalid save parameters";

  private String words() {
    return seconds + " " + changes;
  }
}
