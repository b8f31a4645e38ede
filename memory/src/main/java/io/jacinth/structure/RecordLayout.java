package io.jacinth.structure;

/**
 * The head of a record: one block that holds a key and what belongs to it.
 *
 * <pre>
 *   | flags: 1 | access clock: 3 | key length: 1, 2, 4 | expiry: 16 | key | payload ...
 *              '--- optional ----'                     ' optional  '
 *
 *   flags     bits 0-1  bytes of the key length: 0: one, 1: two, 2: four
 *             bit  2    has expiry
 *             bit  3    has an access clock
 *             bits 4-7  not of this package: the keyspace keeps the kind of the payload there
 *
 *   expiry    | expire at, milliseconds: 8 | next ref: 4 | previous ref: 4 |
 *             the refs are the record's neighbours in a list of the {@link TimerWheel}
 *
 *   The key "key:1" with an access clock, without expiry, kind 3, followed by the payload "v":
 *
 *   38 | 5c 0a 01 | 05 | 6b 65 79 3a 31 | 76          flags 0x38 = kind 3, bit 3
 * </pre>
 *
 * <p>The head is as short as the record allows, because at 50 bytes a record each byte is 2 % of
 * the memory. Numbers are in native byte order and not aligned.
 */
final class RecordLayout {
  static final int FLAGS = 0;
  static final int FLAGS_BYTES = 1;

  static final int KEY_LENGTH_CODE_MASK = 0b11;

  static final int EXPIRY_BIT = 1 << 2;
  static final int ACCESS_CLOCK_BIT = 1 << 3;

  static final int ACCESS_CLOCK = FLAGS + FLAGS_BYTES;
  static final int ACCESS_CLOCK_BYTES = 3;

  // Within the expiry.
  static final int EXPIRE_AT = 0;
  static final int LINKS = 8;
  static final int EXPIRY_BYTES = 16;

  // Within the links, which a slot of a timer wheel has too.
  static final int NEXT = 0;
  static final int PREVIOUS = 4;

  private RecordLayout() {}
}
