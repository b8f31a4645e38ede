package io.jacinth.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The page of differences lists exactly the directives that are accepted and change nothing. */
final class InertSettingsTest {
  private static final Path PAGE = Path.of("..", "docs", "differences.md");
  private static final String FIRST_LINE = "| directives | why they change nothing |";

  @Test
  void thePageOfDifferencesListsThem() throws IOException {
    List<String> lines = Files.readAllLines(PAGE);
    int first = lines.indexOf(FIRST_LINE);
    List<String> table = new ArrayList<>();
    for (int i = first; i >= 0 && i < lines.size() && lines.get(i).startsWith("|"); i++) {
      table.add(lines.get(i));
    }
    assertEquals(String.join("\n", expected()), String.join("\n", table));
  }

  private static List<String> expected() {
    Map<Inert, List<String>> names = new EnumMap<>(Inert.class);
    for (Setting<?> setting : new Settings().all()) {
      if (setting.inertReason() != null) {
        names
            .computeIfAbsent(setting.inertReason(), reason -> new ArrayList<>())
            .add(setting.name());
      }
    }
    List<String> table = new ArrayList<>(List.of(FIRST_LINE, "|---|---|"));
    names.forEach(
        (reason, inert) ->
            table.add("| " + String.join(", ", inert) + " | " + reason.reason() + " |"));
    return table;
  }
}
