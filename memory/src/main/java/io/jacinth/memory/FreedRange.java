package io.jacinth.memory;

/**
 * Memory on its way back to the system.
 *
 * @param isLookedAt whether {@link Readers} may know it: large blocks they never look at
 */
record FreedRange(SystemMemory system, long address, long sizeBytes, boolean isLookedAt) {
  static FreedRange of(SystemMemory system, long address, long sizeBytes) {
    return new FreedRange(system, address, sizeBytes, true);
  }

  static FreedRange ofLarge(SystemMemory system, long address, long sizeBytes) {
    return new FreedRange(system, address, sizeBytes, false);
  }

  void discard() {
    system.discard(address, sizeBytes);
  }

  void unmap() {
    system.giveBack(address, sizeBytes);
  }
}
