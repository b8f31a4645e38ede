package io.jacinth.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Test;

/** Each thread owns a slab, and frees blocks of all. */
class SlabConcurrencyTest {
  private static final int THREADS = 4;
  private static final int STEPS = 60_000;
  private static final int EXCHANGE = 256;

  private record Block(long address, int sizeBytes, Tag tag, long word) {}

  @Test
  void blocksAreFreedByAnyThread()
      throws InterruptedException, ExecutionException, TimeoutException {
    try (PageSource source = new PageSource()) {
      List<Slab> slabs = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        slabs.add(new Slab(source, i));
      }
      AtomicReferenceArray<Block> exchange = new AtomicReferenceArray<>(EXCHANGE);
      AtomicLong foreignFrees = new AtomicLong();
      ExecutorService threads = Executors.newFixedThreadPool(THREADS);
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Slab slab = slabs.get(i);
        Random random = new Random(i);
        ends.add(threads.submit(() -> exchangeBlocks(slab, random, exchange, foreignFrees)));
      }
      for (Future<?> end : ends) {
        end.get(120, TimeUnit.SECONDS);
      }
      threads.shutdown();
      assertTrue(foreignFrees.get() > EXCHANGE, foreignFrees + " foreign frees");
      for (int i = 0; i < EXCHANGE; i++) {
        free(slabs.get(0), exchange.get(i));
      }
      for (Slab slab : slabs) {
        slab.validate();
        slab.drainRemoteFrees();
        slab.validate();
        for (Tag tag : Tag.values()) {
          assertEquals(0, slab.usedBytes(tag), tag.name());
        }
        slab.trim();
        assertEquals(0, slab.pageBytes());
      }
      assertEquals(0, source.largeBytes());
      source.validate();
    }
  }

  /** Puts own blocks where all threads find them, and frees what was there. */
  private static void exchangeBlocks(
      Slab slab, Random random, AtomicReferenceArray<Block> exchange, AtomicLong foreignFrees) {
    Tag[] tags = Tag.values();
    for (int step = 0; step < STEPS; step++) {
      int size = 16 + random.nextInt(random.nextInt(100) == 0 ? 200_000 : 200);
      Tag tag = tags[random.nextInt(tags.length)];
      Block block = new Block(slab.allocate(size, tag), size, tag, random.nextLong());
      Memory.putLong(block.address, block.word);
      Memory.putLong(block.address + size - 8, block.word);
      Block previous = exchange.getAndSet(random.nextInt(EXCHANGE), block);
      if (previous != null
          && previous.sizeBytes <= Slab.MAX_SMALL
          && !slab.owns(previous.address)) {
        foreignFrees.incrementAndGet();
      }
      free(slab, previous);
    }
  }

  private static void free(Slab slab, Block block) {
    if (block != null) {
      assertEquals(block.word, Memory.getLong(block.address));
      assertEquals(block.word, Memory.getLong(block.address + block.sizeBytes - 8));
      slab.free(block.address, block.sizeBytes, block.tag);
    }
  }

  /** A producer whose blocks are all freed by another thread does not grow without end. */
  @Test
  void remoteFreesAreUsedAgain() throws InterruptedException, ExecutionException, TimeoutException {
    try (PageSource source = new PageSource();
        Slab producer = new Slab(source, 0);
        Slab consumer = new Slab(source, 1);
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      for (int round = 0; round < 200; round++) {
        List<Long> blocks = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
          blocks.add(producer.allocate(128, Tag.VALUE));
        }
        thread
            .submit(() -> blocks.forEach(block -> consumer.free(block, 128, Tag.VALUE)))
            .get(60, TimeUnit.SECONDS);
      }
      assertTrue(
          producer.pageBytes() <= 8 * PageSource.PAGE_BYTES, producer.pageBytes() + " bytes");
      assertEquals(0, consumer.pageBytes());
      producer.drainRemoteFrees();
      assertEquals(0, producer.usedBytes());
      producer.validate();
    }
  }
}
