package io.jacinth.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.jacinth.memory.PageSource;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BufferPoolTest {
  private static final Tag TAG = Tag.OUTPUT;

  private static void takeAndGive(BufferPool pool, int count) {
    List<NetworkBuffer> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(pool.take());
    }
    taken.forEach(NetworkBuffer::release);
  }

  private static long heldBuffers(Slab slab) {
    return slab.usedBytes(TAG) / Slab.usableBytes(BufferPool.BUFFER_BYTES);
  }

  @Test
  void keepsWhatIsWanted() {
    try (PageSource source = new PageSource();
        Slab slab = new Slab(source, 0);
        BufferPool pool = new BufferPool(slab, TAG)) {
      int maxFree = BufferPool.MAX_FREE_BYTES / BufferPool.BUFFER_BYTES;
      takeAndGive(pool, 2 * maxFree);
      assertEquals(maxFree, heldBuffers(slab));
      pool.shrink();
      takeAndGive(pool, 100);
      pool.shrink();
      assertEquals(100 + BufferPool.MAX_IDLE, heldBuffers(slab));
      pool.shrink();
      assertEquals(BufferPool.MAX_IDLE, heldBuffers(slab));
      pool.shrink();
      assertEquals(BufferPool.MAX_IDLE, heldBuffers(slab));
    }
  }

  @Test
  void keepsTwoSizes() {
    try (PageSource source = new PageSource();
        Slab slab = new Slab(source, 0);
        BufferPool pool = new BufferPool(slab, TAG)) {
      NetworkBuffer usual = pool.take(100);
      NetworkBuffer piece = pool.take(BufferPool.PIECE_BYTES);
      NetworkBuffer large = pool.take(100_000);
      assertEquals(BufferPool.BUFFER_BYTES, usual.capacity());
      assertEquals(BufferPool.PIECE_BYTES, piece.capacity());
      assertEquals(100_000, large.capacity());
      usual.release();
      piece.release();
      large.release();
      long usualBytes = Slab.usableBytes(BufferPool.BUFFER_BYTES);
      long pieceBytes = Slab.usableBytes(BufferPool.PIECE_BYTES);
      assertEquals(usualBytes + pieceBytes, slab.usedBytes(TAG));
      NetworkBuffer again = pool.take();
      assertSame(usual, again);
      again.release();
      NetworkBuffer pieceAgain = pool.take(BufferPool.PIECE_BYTES);
      assertSame(piece, pieceAgain);
      pieceAgain.release();
      pool.shrink();
      pool.shrink();
      assertEquals(usualBytes, slab.usedBytes(TAG));
    }
  }
}
