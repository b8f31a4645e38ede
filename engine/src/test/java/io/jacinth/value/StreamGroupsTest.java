package io.jacinth.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What is pending in a group, by ID and by time, beside a model. */
class StreamGroupsTest {
  private static final int CONSUMERS = 3;
  private static final int IDS = 40;

  /** What the model knows of a pending entry; consumer -1 is nobody. */
  private record Pending(int consumer, long millis, long deliveries) {}

  @Property(tries = 200)
  void likeAModel(@ForAll @Size(max = 300) List<@IntRange(max = 1 << 20) Integer> steps) {
    try (BlockHolder holder = new BlockHolder()) {
      StreamValue stream = new StreamValue(holder, holder.limits());
      stream.create();
      StreamGroups groups = stream.groups();
      long group = withName(holder, "g", name -> groups.create(name, 1, stream.id(0), 0));
      long[] consumers = new long[CONSUMERS];
      Map<Integer, Pending> model = new TreeMap<>();
      long now = 1_000;
      long releases = 0;
      boolean byTime = false;
      for (int step : steps) {
        int id = step % IDS;
        int consumer = step / IDS % CONSUMERS;
        if (consumers[consumer] == 0) {
          long atMillis = now;
          consumers[consumer] =
              withName(
                  holder, "c" + consumer, name -> groups.createConsumer(group, name, 2, atMillis));
        }
        now += step % 7 == 0 ? 1 : 0;
        boolean isPending = groups.findPending(group, id, 0);
        assertEquals(model.containsKey(id), isPending);
        switch (step / IDS / CONSUMERS % 9) {
          case 0, 1, 2 -> {
            if (isPending) {
              groups.deliver(group, consumers[consumer], now, groups.deliveryCount() + 1);
            } else {
              groups.addPending(group, consumers[consumer], id, 0, now, 1);
            }
            long before = isPending ? model.get(id).deliveries : 0;
            model.put(id, new Pending(consumer, now, before + 1));
          }
          case 3, 4 -> {
            if (isPending) {
              groups.release(group, groups.deliveryCount());
            } else {
              groups.addReleased(group, id, 0, 5);
            }
            long before = isPending ? model.get(id).deliveries : 5;
            model.put(id, new Pending(-1, Long.MIN_VALUE + releases, before));
            releases++;
          }
          case 5 -> {
            if (isPending) {
              groups.removePending(group);
              model.remove(id);
            }
          }
          case 6 -> {
            groups.removeConsumer(group, consumers[consumer]);
            consumers[consumer] = 0;
            model.values().removeIf(each -> each.consumer == consumer);
          }
          case 7 -> {
            byTime = true;
            if (groups.firstByTime(group)) {
              int first = byTime(model).getFirst();
              assertEquals(first, groups.timedMillis());
              groups.removeTimed(group);
              model.remove(first);
            }
          }
          default -> {
            if (byTime) {
              List<Integer> order = new ArrayList<>();
              for (boolean more = groups.firstByTime(group); more; more = groups.nextByTime()) {
                order.add((int) groups.timedMillis());
              }
              assertEquals(byTime(model), order);
            }
          }
        }
        stream.validate();
      }
      assertEquals(model.size(), groups.pendingCount(group));
      assertEquals(
          model.values().stream().filter(each -> each.consumer < 0).count(),
          groups.releasedCount(group));
      model.forEach(
          (id, each) -> {
            assertTrue(groups.findPending(group, id, 0));
            assertEquals(each.consumer < 0, groups.isReleased());
            assertEquals(each.deliveries, groups.deliveryCount());
            assertEquals(each.consumer < 0 ? 0 : each.millis, groups.deliveryMillis());
          });
      assertEquals(
          holder.outsideBytes(), StreamValue.outsideBytes(holder.home(), holder.payload()));
      groups.destroy(group);
      assertFalse(groups.first() != 0);
      stream.validate();
    }
  }

  private static List<Integer> byTime(Map<Integer, Pending> model) {
    return model.entrySet().stream()
        .sorted(
            Comparator.<Map.Entry<Integer, Pending>>comparingLong(each -> each.getValue().millis)
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .toList();
  }

  private interface Named {
    long at(long name);
  }

  private static long withName(BlockHolder holder, String text, Named named) {
    Slab slab = holder.slab();
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    long name = slab.allocate(bytes.length, Tag.SCRATCH);
    Memory.write(bytes, 0, bytes.length, name);
    long result = named.at(name);
    slab.free(name, bytes.length, Tag.SCRATCH);
    return result;
  }
}
