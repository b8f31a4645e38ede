package io.jacinth.structure;

/**
 * The bytes of a {@link TimerWheel}: one small block.
 *
 * <pre>
 *   header   0      4        8      16      24                     64
 *            | self | unused | time | count | occupied: 5 x 8      |
 *   slots    64
 *            | level 0: 64 slots x 8 | level 1 | ... | level 4     |
 *   slot     0      4          8
 *            | next | previous |                a link of its list
 * </pre>
 *
 * <p>'Self' is the block's ref, 'time' the number of the slot of level 0 that the wheel has come
 * to, in 64 ms since 1970. Bit i of a level's 'occupied' is set when the list of slot i is not
 * empty.
 *
 * <p>A list is a ring: the slot, its records, the slot again. So a record that is removed needs not
 * know whether it is the first one, nor in which slot it is. The ref of a slot is that of its eight
 * bytes within the wheel's block, which no record can have:
 *
 * <pre>
 *   wheel with ref 0x2008; slot 3 of level 1 is at 64 + (1 * 64 + 3) * 8 = 600,
 *   its ref is 0x2008 + 600 / 8 = 0x2053
 *
 *     slot 0x2053          record 0x5a10        record 0x77e1
 *     | 5a10 | 77e1 |      | 77e1 | 2053 |      | 2053 | 5a10 |
 * </pre>
 */
final class TimerWheelLayout {
  static final int SELF = 0;
  static final int TIME = 8;
  static final int COUNT = 16;
  static final int OCCUPIED = 24;
  static final int OCCUPIED_BYTES = 8;

  static final int LEVELS = 5;
  static final int SLOTS_SHIFT = 6;
  static final int SLOTS = 1 << SLOTS_SHIFT;

  static final int FIRST_SLOT = OCCUPIED + LEVELS * OCCUPIED_BYTES;
  static final int SLOT_BYTES = 8;
  static final int WHEEL_BYTES = FIRST_SLOT + LEVELS * SLOTS * SLOT_BYTES;

  /** Refs count units of this size. */
  static final int REF_SHIFT = 3;

  private TimerWheelLayout() {}
}
