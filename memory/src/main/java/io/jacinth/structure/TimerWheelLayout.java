package io.jacinth.structure;

/**
 * The bytes of a {@link TimerWheel}: a small block, and one more for each level that has been used.
 *
 * <pre>
 *   wheel    0      4        8      16      24                  64                84
 *            | self | unused | time | count | occupied: 5 x 8 | levels: 5 x 4 | unused: 4 |
 *   level    0
 *            | 64 slots x 8 |
 *   slot     0      4          8
 *            | next | previous |                a link of its list
 * </pre>
 *
 * <p>'Self' is the block's ref, 'time' the number of the slot of level 0 that the wheel has come
 * to, in 64 ms since 1970. Bit i of a level's 'occupied' is set when the list of slot i is not
 * empty. 'Levels' are the refs of the levels' blocks, 0 where there is none yet.
 *
 * <p>A list is a ring: the slot, its records, the slot again. So a record that is removed needs not
 * know whether it is the first one, nor in which slot it is. In the place of a ref stands the
 * number of a slot, 1 to 320, which no record has: refs begin with 0x2000.
 *
 * <pre>
 *   slot 3 of level 1 has number 1 + 1 * 64 + 3 = 0x44
 *
 *     slot 0x44            record 0x5a10        record 0x77e1
 *     | 5a10 | 77e1 |      | 77e1 | 44 |        | 44 | 5a10 |
 * </pre>
 */
final class TimerWheelLayout {
  static final int SELF = 0;
  static final int TIME = 8;
  static final int COUNT = 16;
  static final int OCCUPIED = 24;
  static final int OCCUPIED_BYTES = 8;

  static final int LEVELS = 5;
  static final int LEVEL_REFS = OCCUPIED + LEVELS * OCCUPIED_BYTES;
  static final int LEVEL_REF_BYTES = 4;
  static final int WHEEL_BYTES = LEVEL_REFS + LEVELS * LEVEL_REF_BYTES + 4;

  static final int SLOTS_SHIFT = 6;
  static final int SLOTS = 1 << SLOTS_SHIFT;
  static final int SLOT_BYTES = 8;
  static final int LEVEL_BYTES = SLOTS * SLOT_BYTES;

  static final int FIRST_SLOT = 1;
  static final int LAST_SLOT = LEVELS * SLOTS;

  private TimerWheelLayout() {}
}
