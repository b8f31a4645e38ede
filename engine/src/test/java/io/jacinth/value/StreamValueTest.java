package io.jacinth.value;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Tag;
import io.jacinth.protocol.Arguments;
import io.jacinth.structure.PackedList;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream against a {@link TreeMap} of its entries. */
class StreamValueTest {
  private static final int STEPS = 3000;

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 100})
  void doesWhatMapDoes(int blockEntries) {
    Random random = new Random(blockEntries);
    try (BlockHolder holder = new BlockHolder()) {
      holder.limits().streamNode(4096, blockEntries);
      StreamValue stream = new StreamValue(holder, holder.limits());
      stream.create();
      NavigableMap<Long, List<String>> model = new TreeMap<>();
      long last = 0;
      for (int step = 0; step < STEPS; step++) {
        switch (random.nextInt(8)) {
          case 0 -> remove(stream, model, random.nextLong(last + 2));
          case 1 -> {
            long maxLength = (long) model.size() + 3 - random.nextInt(10);
            trimToLength(stream, model, Math.max(0, maxLength));
          }
          case 2 ->
              compareRange(stream, model, random.nextLong(last + 2), random.nextLong(last + 2));
          default -> {
            last += 1 + random.nextInt(3);
            List<String> words = words(random);
            append(holder, stream, last, words);
            model.put(last, words);
          }
        }
        assertEquals(model.size(), stream.length());
        if (step % 100 == 0) {
          stream.validate();
          compareRange(stream, model, 0, last);
          assertEquals(
              holder.outsideBytes(), StreamValue.outsideBytes(holder.home(), holder.payload()));
        }
      }
    }
  }

  /** The milliseconds and sequence number of a model's key. */
  private static StreamId id(StreamId target, long key) {
    return target.set(key / 4, key % 4);
  }

  private static List<String> words(Random random) {
    List<String> words = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      words.add(random.nextInt(4) == 0 ? "field" : "f" + i);
      words.add(
          random.nextBoolean()
              ? Integer.toString(random.nextInt())
              : "v".repeat(random.nextInt(200)));
    }
    return words;
  }

  private static void append(BlockHolder holder, StreamValue stream, long key, List<String> words) {
    Arguments arguments = new Arguments();
    List<Long> blocks = new ArrayList<>();
    for (String word : words) {
      byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
      long block = holder.slab().allocate(bytes.length + 1, Tag.SCRATCH);
      Memory.write(bytes, 0, bytes.length, block);
      arguments.add(block, bytes.length);
      blocks.add(block);
    }
    stream.append(id(stream.id(0), key), arguments, 0);
    for (int i = 0; i < blocks.size(); i++) {
      holder.slab().free(blocks.get(i), arguments.length(i) + 1, Tag.SCRATCH);
    }
  }

  private static void remove(StreamValue stream, NavigableMap<Long, List<String>> model, long key) {
    boolean found = stream.find(id(stream.id(0), key));
    assertEquals(model.remove(key) != null, found);
    if (found) {
      stream.remove();
    }
  }

  private static void trimToLength(
      StreamValue stream, NavigableMap<Long, List<String>> model, long maxLength) {
    long removed = 0;
    while (model.size() > maxLength) {
      model.pollFirstEntry();
      removed++;
    }
    assertEquals(removed, stream.trim(maxLength, null, false, 0));
  }

  private static void compareRange(
      StreamValue stream, NavigableMap<Long, List<String>> model, long one, long other) {
    long from = Math.min(one, other);
    long to = Math.max(one, other);
    Map<Long, List<String>> expected = model.subMap(from, true, to, true);
    long count = stream.count(id(stream.id(0), from), id(stream.id(1), to), Long.MAX_VALUE);
    assertEquals(expected.size(), count);
    List<List<String>> entries = new ArrayList<>();
    boolean more = stream.seekFrom(stream.id(0));
    for (long i = 0; i < count && more; i++) {
      entries.add(entry(stream));
      more = stream.next();
    }
    assertEquals(List.copyOf(expected.values()), entries);
    entries.clear();
    more = stream.seekTo(stream.id(1));
    for (long i = 0; i < count && more; i++) {
      entries.addFirst(entry(stream));
      more = stream.previous();
    }
    assertEquals(List.copyOf(expected.values()), entries);
  }

  private static List<String> entry(StreamValue stream) {
    List<String> words = new ArrayList<>();
    for (int i = stream.fieldCount(); i > 0; i--) {
      words.add(text(stream.field()));
      words.add(text(stream.value()));
      stream.nextField();
    }
    return words;
  }

  private static String text(long item) {
    return PackedList.isInteger(item)
        ? Long.toString(PackedList.integer(item))
        : new String(
            Memory.bytes(PackedList.address(item), PackedList.length(item)),
            StandardCharsets.US_ASCII);
  }
}
