package io.jacinth.value;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacinth.base.Latin1;
import io.jacinth.base.RandomSource;
import io.jacinth.memory.Tag;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class HashValueTest {
  private static final int MAX_TEXT_BYTES = 5000;
  private static final RandomSource RANDOM = new RandomSource(42);

  private static final long BEGIN_MILLIS = 1_000_000;

  /**
   * A hash with the same fields as a map of {@code java.util}, which has those that have expired
   * until they are taken out.
   */
  private static final class Checked implements AutoCloseable {
    final BlockHolder holder = new BlockHolder();
    final HashValue hash = new HashValue(holder, holder.limits());
    final Map<String, String> model = new HashMap<>();
    final Map<String, Long> times = new HashMap<>();
    long nowMillis = BEGIN_MILLIS;
    final long field = holder.slab().allocate(MAX_TEXT_BYTES, Tag.SCRATCH);
    final long value = holder.slab().allocate(MAX_TEXT_BYTES, Tag.SCRATCH);

    Checked(int entries, int valueBytes) {
      holder.limits().hash(entries, valueBytes);
      holder.setNowMillis(nowMillis);
    }

    void pass(long millis) {
      nowMillis += millis;
      holder.setNowMillis(nowMillis);
    }

    private boolean isLive(String name) {
      return model.containsKey(name) && !isExpired(name);
    }

    private boolean isExpired(String name) {
      return times.getOrDefault(name, Long.MAX_VALUE) < nowMillis;
    }

    private Map<String, String> live() {
      Map<String, String> live = new HashMap<>(model);
      live.keySet().removeIf(this::isExpired);
      return live;
    }

    private boolean find(String name) {
      boolean found = hash.exists() && hash.find(field, Latin1.write(field, name));
      assertEquals(isLive(name), found);
      return found;
    }

    void expire(String name, long millis) {
      if (hash.exists()) {
        hash.allowExpiry();
      }
      if (find(name)) {
        hash.expireAt(millis);
        assertEquals(millis, hash.expireAtMillis());
        times.put(name, millis);
      }
    }

    void persist(String name) {
      if (find(name)) {
        hash.expireAt(HashValue.NEVER);
        times.remove(name);
      }
    }

    void removeExpired(int budget) {
      if (!hash.exists()) {
        return;
      }
      int expired = model.size() - live().size();
      int removed = hash.removeExpired(budget);
      assertEquals(Math.min(budget, expired), removed);
      // the first to expire go first, and of several at a time any
      Set<String> left = new HashSet<>();
      for (String name : model.keySet()) {
        if (hash.find(field, Latin1.write(field, name)) || hash.hasFoundExpired()) {
          left.add(name);
        }
      }
      assertEquals(model.size() - removed, left.size());
      model.keySet().retainAll(left);
      times.keySet().retainAll(left);
      if (model.isEmpty()) {
        holder.delete(100);
      }
    }

    private void ensureExists(int longestBytes) {
      if (!hash.exists() && hash.create(1, longestBytes, 0)) {
        hash.endFill();
      }
    }

    void put(String name, String text, boolean keeps) {
      ensureExists(Math.max(name.length(), text.length()));
      boolean live = isLive(name);
      boolean added =
          hash.put(field, Latin1.write(field, name), value, Latin1.write(value, text), keeps);
      assertEquals(!live, added);
      model.put(name, text);
      if (!keeps || !live) {
        times.remove(name);
      }
    }

    void putInteger(String name, long number) {
      ensureExists(name.length());
      boolean live = isLive(name);
      hash.putInteger(field, Latin1.write(field, name), number);
      model.put(name, Long.toString(number));
      if (!live) {
        times.remove(name);
      }
    }

    void remove(String name) {
      boolean found = find(name);
      if (found || (hash.exists() && hash.hasFoundExpired())) {
        model.remove(name);
        times.remove(name);
        hash.remove();
        if (hash.count() == 0) {
          holder.delete(100);
        }
      }
    }

    void get(String name) {
      if (find(name)) {
        assertEquals(model.get(name), value());
        assertEquals(times.getOrDefault(name, HashValue.NEVER), hash.expireAtMillis());
      }
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
      assertEquals(
          times.values().stream().min(Long::compare).orElse(HashValue.NEVER),
          hash.nextExpiryMillis());
      Map<String, String> live = live();
      assertEquals(live.size(), hash.countLive());
      if (!live.isEmpty()) {
        hash.random(RANDOM);
        assertEquals(live.get(field()), value());
      }
      Map<String, String> fields = new HashMap<>();
      for (boolean more = hash.first(); more; more = hash.next()) {
        assertEquals(field().length(), hash.fieldLength());
        fields.put(field(), value());
      }
      assertEquals(live, fields);
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
  void behavesLikeAModel(@ForAll long seed, @ForAll boolean expires) {
    Random random = new Random(seed);
    try (Checked checked = new Checked(random.nextInt(60), 10 + random.nextInt(30))) {
      for (int i = 0; i < 400; i++) {
        String name = randomText(random);
        switch (random.nextInt(expires ? 16 : 10)) {
          case 0, 1, 2, 3 -> checked.put(name, randomText(random), random.nextInt(3) == 0);
          case 4 -> checked.putInteger(name, random.nextLong() >> random.nextInt(64));
          case 5, 6, 7 -> checked.remove(name);
          case 8, 9 -> checked.get(name);
          case 10, 11, 12 -> checked.expire(name, checked.nowMillis + random.nextInt(1000));
          case 13 -> checked.persist(name);
          case 14 -> checked.pass(random.nextInt(20));
          default -> checked.removeExpired(1 + random.nextInt(5));
        }
        if (i % 10 == 0) {
          checked.check();
        }
      }
      checked.check();
    }
  }
}
