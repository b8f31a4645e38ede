package io.jacinth.value;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacinth.base.Latin1;
import io.jacinth.memory.Tag;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class HashValueTest {
  private static final int MAX_TEXT_BYTES = 5000;

  /** A hash with the same fields as a map of {@code java.util}. */
  private static final class Checked implements AutoCloseable {
    final BlockHolder holder = new BlockHolder();
    final HashValue hash = new HashValue(holder, holder.limits());
    final Map<String, String> model = new HashMap<>();
    final long field = holder.slab().allocate(MAX_TEXT_BYTES, Tag.SCRATCH);
    final long value = holder.slab().allocate(MAX_TEXT_BYTES, Tag.SCRATCH);

    Checked(int entries, int valueBytes) {
      holder.limits().hash(entries, valueBytes);
    }

    private void ensureExists(int longestBytes) {
      if (!hash.exists() && hash.create(1, longestBytes, 0)) {
        hash.endFill();
      }
    }

    void put(String name, String text) {
      ensureExists(Math.max(name.length(), text.length()));
      boolean added = hash.put(field, Latin1.write(field, name), value, Latin1.write(value, text));
      assertEquals(model.put(name, text) == null, added);
    }

    void putInteger(String name, long number) {
      ensureExists(name.length());
      hash.putInteger(field, Latin1.write(field, name), number);
      model.put(name, Long.toString(number));
    }

    void remove(String name) {
      boolean found = hash.exists() && hash.find(field, Latin1.write(field, name));
      assertEquals(model.remove(name) != null, found);
      if (found) {
        hash.remove();
        if (hash.count() == 0) {
          holder.delete(100);
        }
      }
    }

    void get(String name) {
      boolean found = hash.exists() && hash.find(field, Latin1.write(field, name));
      assertEquals(model.get(name), found ? value() : null);
    }

    private String field() {
      return hash.isIntegerField()
          ? Long.toString(hash.integerField())
          : Latin1.string(hash.fieldAddress(), hash.fieldLength());
    }

    private String value() {
      String text =
          hash.isIntegerValue()
              ? Long.toString(hash.integerValue())
              : Latin1.string(hash.valueAddress(), hash.valueLength());
      assertEquals(text.length(), hash.valueLength());
      return text;
    }

    void check() {
      assertEquals(model.size(), hash.count());
      if (!hash.exists()) {
        return;
      }
      hash.validate();
      Map<String, String> fields = new HashMap<>();
      for (boolean more = hash.first(); more; more = hash.next()) {
        assertEquals(field().length(), hash.fieldLength());
        fields.put(field(), value());
      }
      assertEquals(model, fields);
      long scratchBytes = holder.slab().usedBytes(Tag.SCRATCH);
      long outside = Value.outsideBytes(holder.home(), holder.kind(), holder.payload());
      assertEquals(holder.outsideBytes() - scratchBytes, outside);
    }

    @Override
    public void close() {
      holder.slab().free(field, MAX_TEXT_BYTES, Tag.SCRATCH);
      holder.slab().free(value, MAX_TEXT_BYTES, Tag.SCRATCH);
      holder.close();
    }
  }

  private static String randomText(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> "m".repeat(random.nextInt(30));
      case 1 -> random.nextInt(20) == 0 ? "x".repeat(random.nextInt(MAX_TEXT_BYTES)) : "";
      case 2, 3 -> "a" + random.nextInt(40);
      case 4 -> Long.toString((long) random.nextInt(30) << random.nextInt(64));
      default -> Integer.toString(random.nextInt(100) - 50);
    };
  }

  @Property(tries = 300)
  void behavesLikeAModel(@ForAll long seed) {
    Random random = new Random(seed);
    try (Checked checked = new Checked(random.nextInt(60), 10 + random.nextInt(30))) {
      for (int i = 0; i < 400; i++) {
        String name = randomText(random);
        int action = random.nextInt(10);
        if (action < 4) {
          checked.put(name, randomText(random));
        } else if (action == 4) {
          checked.putInteger(name, random.nextLong() >> random.nextInt(64));
        } else if (action < 8) {
          checked.remove(name);
        } else {
          checked.get(name);
        }
        if (i % 10 == 0) {
          checked.check();
        }
      }
      checked.check();
    }
  }
}
