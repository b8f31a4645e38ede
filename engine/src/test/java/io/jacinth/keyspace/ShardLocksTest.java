package io.jacinth.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ShardLocksTest {
  private static final int ROUNDS = 300_000;

  @Test
  void aLookHoldsUntilSomebodyTakesTheLock() {
    ShardLocks locks = new ShardLocks(2);
    ShardGlance glance = new ShardGlance(locks);
    assertTrue(glance.begin(1));
    assertTrue(glance.holds());
    locks.lock(0);
    locks.unlock(0);
    assertTrue(glance.holds(), "another lock");
    locks.fetch(3);
    assertTrue(glance.holds(), "only fetched");
    long before = glance.version();

    assertTrue(locks.tryLock(1));
    assertFalse(glance.holds());
    assertFalse(locks.tryLock(1));
    assertFalse(glance.begin(1));
    locks.unlock(1);
    assertTrue(glance.begin(1));
    assertTrue(glance.again(1, before));
    assertFalse(glance.holds(), "free again, but somebody had it");
  }

  /** Two numbers that are equal whenever nobody has the lock are never seen apart. */
  @Test
  void looksThatHoldSeeOneMoment() throws Exception {
    ShardLocks locks = new ShardLocks(1);
    long[] numbers = new long[64];
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      Future<?> writer = threads.submit(() -> write(locks, numbers));
      Future<?> otherWriter = threads.submit(() -> write(locks, numbers));
      Future<Integer> reader =
          threads.submit(
              () -> {
                ShardGlance glance = new ShardGlance(locks);
                int held = 0;
                while (!writer.isDone() || !otherWriter.isDone() || held == 0) {
                  if (glance.begin(0)) {
                    long first = numbers[0];
                    long second = numbers[63];
                    if (glance.holds()) {
                      held++;
                      assertEquals(first, second);
                    }
                  }
                }
                return held;
              });
      writer.get(60, TimeUnit.SECONDS);
      otherWriter.get(60, TimeUnit.SECONDS);
      assertTrue(reader.get(60, TimeUnit.SECONDS) > 0);
      assertEquals(2L * ROUNDS, numbers[0]);
    } finally {
      threads.shutdownNow();
    }
  }

  private static void write(ShardLocks locks, long[] numbers) {
    for (int i = 0; i < ROUNDS; i++) {
      locks.lock(0);
      numbers[0]++;
      numbers[63]++;
      locks.unlock(0);
    }
  }
}
