package io.jacinth.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.memory.Memory;
import io.jacinth.memory.PageSource;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BucketTest {
  @Test
  void everySlotWithATagIsACandidate() {
    try (PageSource pages = new PageSource();
        Slab slab = new Slab(pages, 0)) {
      long bucket = slab.allocate(HashTableLayout.BUCKET_BYTES, Tag.TABLE);
      Random random = new Random(1);
      int falseCandidates = 0;
      for (int round = 0; round < 20_000; round++) {
        Memory.fill(bucket, HashTableLayout.BUCKET_BYTES, 0);
        // Few different tags that differ in few bits, and the extremes.
        int base = random.nextInt(1 << 16);
        for (int slot = 0; slot < HashTableLayout.SLOTS; slot++) {
          int tag =
              switch (random.nextInt(4)) {
                case 0 -> base;
                case 1 -> base ^ 1;
                case 2 -> random.nextBoolean() ? 0 : 0xffff;
                default -> random.nextInt(1 << 16);
              };
          Bucket.add(bucket, tag, 1000 + slot);
        }
        Bucket.setStrays(bucket, random.nextInt(1 << 16));
        boolean before = false;
        long candidates = Bucket.candidates(bucket, Bucket.lanes(base));
        int found = 0;
        while (candidates != 0) {
          int slot = Bucket.slot(candidates);
          assertTrue(slot < HashTableLayout.SLOTS);
          found |= 1 << slot;
          candidates &= candidates - 1;
        }
        for (int slot = 0; slot < HashTableLayout.SLOTS; slot++) {
          boolean equal = Bucket.tag(bucket, slot) == base;
          boolean candidate = (found & 1 << slot) != 0;
          if (equal) {
            assertTrue(candidate);
            assertEquals(slot, Bucket.slotOf(bucket, Bucket.lanes(base), 1000 + slot));
          } else if (candidate) {
            assertTrue(before, "a false candidate only after a true one");
            assertEquals(base ^ 1, Bucket.tag(bucket, slot));
            falseCandidates++;
          }
          before |= equal;
        }
      }
      assertTrue(falseCandidates > 0, "the case that the comment describes");
      slab.free(bucket, HashTableLayout.BUCKET_BYTES, Tag.TABLE);
    }
  }

  @Test
  void stepsReachEveryBucket() {
    for (int buckets = 1; buckets < 300; buckets++) {
      for (int home = 0; home < buckets; home += 1 + buckets / 7) {
        boolean[] reached = new boolean[buckets];
        int end = Steps.end(buckets);
        // What a home's bits can be at most: in a small segment there are no later steps.
        int all = (1 << Math.min(HashTableLayout.STRAYS_FAR, buckets - 1)) - 1;
        for (int step = 0; step < end; step = Steps.next(all, step, end)) {
          int bucket = Steps.bucket(home, step, buckets);
          reached[bucket] = true;
          assertTrue(Steps.first(home, bucket, buckets) <= step);
        }
        for (boolean one : reached) {
          assertTrue(one);
        }
      }
    }
  }

  @Test
  void aStepLeadsToTheNextStray() {
    int end = Steps.end(64);
    int strays = Steps.strayBit(2) | Steps.strayBit(15);
    assertEquals(2, Steps.next(strays, 0, end));
    assertEquals(15, Steps.next(strays, 2, end));
    assertEquals(end, Steps.next(strays, 15, end));
    assertEquals(16, Steps.next(strays | Steps.strayBit(40), 15, end));
    assertEquals(17, Steps.next(strays | Steps.strayBit(40), 16, end));
    assertEquals(end, Steps.next(0, 0, end));
  }
}
