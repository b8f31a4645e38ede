package io.jacinth.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.base.GlobPattern;
import io.jacinth.base.Latin1;
import io.jacinth.memory.PageSource;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The index finds exactly the patterns that match, as trying them all would. */
class PatternIndexTest {
  private static final String CHARACTERS = "aaabbc*?[]^-\\";

  private final Random random = new Random(4711);

  private String text(String characters, int maxLength) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(maxLength + 1); length > 0; length--) {
      text.append(characters.charAt(random.nextInt(characters.length())));
    }
    return text.toString();
  }

  @Test
  void findsWhatTryingAllFinds() {
    try (PageSource pages = new PageSource();
        Slab slab = new Slab(pages, 0)) {
      long memory = slab.allocate(64, Tag.SCRATCH);
      PatternIndex index = new PatternIndex();
      List<Topic> patterns = new ArrayList<>();
      Set<String> names = new TreeSet<>();
      TopicList matching = new TopicList();
      int matches = 0;
      for (int step = 0; step < 100_000; step++) {
        int choice = random.nextInt(step / 20_000 % 2 == 0 ? 10 : 40);
        if (choice < 2) {
          String name = text(CHARACTERS, 6);
          if (names.add(name)) {
            Topic pattern = new Topic(Topic.Kind.PATTERN, Latin1.bytes(name), 0, 1);
            patterns.add(pattern);
            index.add(pattern);
          }
        } else if (choice == 2 && !patterns.isEmpty()) {
          for (int i = 0; i < 3 && !patterns.isEmpty(); i++) {
            Topic pattern = patterns.remove(random.nextInt(patterns.size()));
            names.remove(Latin1.string(pattern.name));
            index.remove(pattern);
          }
        } else {
          String channel = text(choice == 3 ? CHARACTERS : "aabbc", 6);
          Latin1.write(memory, channel);
          matching.clear();
          index.match(memory, channel.length(), matching);
          Set<String> found = new TreeSet<>();
          for (int i = 0; i < matching.count(); i++) {
            found.add(Latin1.string(matching.get(i).name));
          }
          assertEquals(matching.count(), found.size(), "one of them twice");
          Set<String> expected = new TreeSet<>();
          for (Topic pattern : patterns) {
            if (GlobPattern.matches(pattern.name, Latin1.bytes(channel), false)) {
              expected.add(Latin1.string(pattern.name));
            }
          }
          assertEquals(expected, found, channel);
          matches += found.size();
        }
      }
      assertTrue(matches > 10_000, matches + " matches");
      slab.free(memory, 64, Tag.SCRATCH);
    }
  }
}
