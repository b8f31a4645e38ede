package io.jacinth.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.base.Latin1;
import io.jacinth.base.RandomSource;
import io.jacinth.memory.Tag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SetValueTest {
  private static final int MAX_MEMBER_BYTES = 5000;

  private static final long BEGIN_MILLIS = 1_000_000;

  /**
   * A set with the same members as a set of {@code java.util}, which has those that have not
   * expired.
   */
  private static final class Checked implements AutoCloseable {
    final BlockHolder holder = new BlockHolder();
    final SetValue set = new SetValue(holder, holder.limits());
    final Set<String> model = new HashSet<>();
    final Map<String, Long> times = new HashMap<>();
    long nowMillis = BEGIN_MILLIS;
    final long text = holder.slab().allocate(MAX_MEMBER_BYTES, Tag.SCRATCH);

    Checked(int integers, int entries, int memberBytes) {
      holder.limits().set(integers, entries, memberBytes);
      holder.setNowMillis(nowMillis);
    }

    void pass(long millis) {
      nowMillis += millis;
      holder.setNowMillis(nowMillis);
      times.forEach(
          (member, time) -> {
            if (time < nowMillis) {
              model.remove(member);
            }
          });
      times.keySet().retainAll(model);
    }

    void expire(String member, long millis) {
      if (find(member)) {
        set.allowExpiry();
        assertTrue(find(member));
        set.expireAt(millis);
        assertTrue(find(member));
        assertEquals(millis, set.expireAtMillis());
        times.put(member, millis);
      }
    }

    void persist(String member) {
      if (find(member)) {
        assertEquals(times.getOrDefault(member, SetValue.NEVER), set.expireAtMillis());
        set.expireAt(SetValue.NEVER);
        times.remove(member);
      }
    }

    void removeExpired(int budget) {
      if (set.exists()) {
        int removed = set.removeExpired(budget);
        assertTrue(removed == budget || set.removeExpired(1) == 0);
        if (set.count() == 0) {
          holder.delete(100);
        }
      }
    }

    int write(String member) {
      return Latin1.write(text, member);
    }

    void add(String member) {
      int length = write(member);
      if (!set.exists()) {
        set.create(text, length, 1);
      }
      assertEquals(model.add(member), set.add(text, length));
    }

    boolean find(String member) {
      return set.exists() && set.find(text, write(member));
    }

    void remove(String member) {
      boolean found = find(member);
      assertEquals(model.remove(member), found);
      times.remove(member);
      if (found) {
        removeFound();
      }
    }

    void removeFound() {
      set.remove();
      if (set.count() == 0) {
        holder.delete(100);
      }
    }

    String member() {
      int length = set.memberLength();
      set.copyMember(text);
      return Latin1.string(text, length);
    }

    List<String> members() {
      List<String> members = new ArrayList<>();
      for (boolean more = set.first(); more; more = set.next()) {
        members.add(member());
      }
      return members;
    }

    void check() {
      assertEquals(model.size(), set.count());
      if (!set.exists()) {
        return;
      }
      set.validate();
      List<String> members = members();
      assertEquals(model.size(), members.size());
      assertEquals(model, new HashSet<>(members));
      long scratchBytes = holder.slab().usedBytes(Tag.SCRATCH);
      long outside = Value.outsideBytes(holder.home(), holder.kind(), holder.payload());
      assertEquals(holder.outsideBytes() - scratchBytes, outside);
    }

    @Override
    public void close() {
      holder.slab().free(text, MAX_MEMBER_BYTES, Tag.SCRATCH);
      holder.close();
    }
  }

  private static String randomMember(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> "m".repeat(random.nextInt(30));
      case 1 -> random.nextInt(20) == 0 ? "x".repeat(random.nextInt(MAX_MEMBER_BYTES)) : "";
      case 2, 3 -> "a" + random.nextInt(40);
      case 4 -> Long.toString((long) random.nextInt(30) << random.nextInt(64));
      default -> Integer.toString(random.nextInt(100) - 50);
    };
  }

  @Property(tries = 300)
  void behavesLikeAModel(@ForAll long seed, @ForAll boolean expires) {
    Random random = new Random(seed);
    RandomSource chance = new RandomSource(seed);
    int integers = random.nextInt(60);
    int entries = random.nextInt(40);
    boolean onlyIntegers = random.nextBoolean();
    try (Checked checked = new Checked(integers, entries, 20)) {
      for (int i = 0; i < 400; i++) {
        String member =
            onlyIntegers && random.nextInt(300) > 0
                ? Long.toString((random.nextInt(90) - 45L) << (i < 200 ? 0 : random.nextInt(60)))
                : randomMember(random);
        int action = random.nextInt(expires ? 15 : 10);
        if (action < 5) {
          checked.add(member);
        } else if (action < 8) {
          checked.remove(member);
        } else if (action == 8) {
          assertEquals(checked.model.contains(member), checked.find(member));
        } else if (action == 10 || action == 11) {
          checked.expire(member, checked.nowMillis + random.nextInt(1000));
        } else if (action == 12) {
          checked.persist(member);
        } else if (action == 13) {
          checked.pass(random.nextInt(30));
        } else if (action == 14) {
          checked.removeExpired(1 + random.nextInt(5));
        } else if (checked.set.exists() && checked.set.count() > 0) {
          checked.set.choose(chance);
          String chosen = checked.member();
          assertTrue(checked.model.remove(chosen));
          checked.times.remove(chosen);
          checked.removeFound();
        }
        if (i % 20 == 0) {
          checked.check();
        }
      }
      checked.check();
    }
  }

  @Test
  void becomesWhatItsMembersNeed() {
    try (Checked checked = new Checked(4, 4, 5)) {
      checked.add("1");
      assertEquals(Kind.SET_INTEGERS, checked.set.kind());
      checked.add("-70000");
      checked.add("9223372036854775807");
      checked.add("300");
      assertEquals(List.of("-70000", "1", "300", "9223372036854775807"), checked.members());
      assertEquals(Kind.SET_INTEGERS, checked.set.kind());
      checked.add("2");
      assertEquals(Kind.SET_TABLE, checked.set.kind());
      checked.check();
    }
    try (Checked checked = new Checked(512, 4, 5)) {
      checked.add("2");
      checked.add("1");
      checked.add("a");
      assertEquals(Kind.SET_PACKED, checked.set.kind());
      assertEquals(List.of("1", "2", "a"), checked.members());
      checked.add("bbbbbb");
      assertEquals(Kind.SET_TABLE, checked.set.kind());
      checked.check();
    }
    try (Checked checked = new Checked(512, 4, 5)) {
      checked.add("123456");
      checked.add("a");
      assertEquals(Kind.SET_TABLE, checked.set.kind());
      checked.check();
    }
  }

  /** Each member is chosen as often as any other: a chi-square test at 1 in a million. */
  @ParameterizedTest
  @ValueSource(ints = {Kind.SET_INTEGERS, Kind.SET_PACKED, Kind.SET_TABLE})
  void choosesWithEqualChances(int kind) {
    int members = 100;
    int rounds = 100_000;
    int limit = kind == Kind.SET_INTEGERS ? 512 : 0;
    try (Checked checked = new Checked(limit, kind == Kind.SET_PACKED ? 512 : 0, 64)) {
      for (int i = 0; i < members; i++) {
        checked.add(Integer.toString(i * i));
      }
      assertEquals(kind, checked.set.kind());
      RandomSource random = new RandomSource(7);
      Map<String, Integer> counts = new HashMap<>();
      for (int i = 0; i < rounds; i++) {
        checked.set.choose(random);
        counts.merge(checked.member(), 1, Integer::sum);
      }
      double expected = (double) rounds / members;
      double chiSquare = 0;
      for (String member : checked.model) {
        double difference = counts.getOrDefault(member, 0) - expected;
        chiSquare += difference * difference / expected;
      }
      assertTrue(chiSquare < 180, "chi-square " + chiSquare + " of 99 degrees of freedom");
    }
  }

  @Test
  void aMemberOf19BytesTakesAtMost37() {
    int members = 100_000;
    try (Checked checked = new Checked(0, 0, 64)) {
      long before = checked.holder.outsideBytes();
      for (int i = 0; i < members; i++) {
        checked.add(String.format("member:%012d", i));
      }
      double bytes = (double) (checked.holder.outsideBytes() - before) / members;
      assertTrue(bytes <= 37, bytes + " bytes a member");
      checked.holder.delete(Value.SLICE);
    }
  }
}
