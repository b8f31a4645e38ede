package io.jacinth.protocol;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Bytes that several connections send, of several threads: written once, then only read, and freed
 * by whoever lets go of them last.
 */
public final class SharedBytes {
  private static final VarHandle REFERENCES;

  static {
    try {
      REFERENCES = MethodHandles.lookup().findVarHandle(SharedBytes.class, "references", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final long address;
  private final int lengthBytes;
  private volatile int references;

  /**
   * Allocates them; the caller writes them before anybody else sees them.
   *
   * @param references how many {@link #release} are to come, besides those of {@link #retain}
   */
  public SharedBytes(Slab slab, int lengthBytes, int references) {
    this.lengthBytes = lengthBytes;
    this.references = references;
    address = slab.allocate(Math.max(1, lengthBytes), Tag.OUTPUT);
  }

  public long address() {
    return address;
  }

  public int lengthBytes() {
    return lengthBytes;
  }

  /** One more is going to use them; the caller does, too. */
  public void retain() {
    REFERENCES.getAndAdd(this, 1);
  }

  /**
   * One has done with them.
   *
   * @param slab of the caller
   */
  public void release(Slab slab) {
    if ((int) REFERENCES.getAndAdd(this, -1) == 1) {
      slab.free(address, Math.max(1, lengthBytes), Tag.OUTPUT);
    }
  }

  /** A copy on the Java heap. */
  public byte[] toByteArray() {
    return Memory.bytes(address, lengthBytes);
  }
}
