package io.jacinth.structure;

/**
 * An entry of a packed list: a text of bytes, or an integer in place of its decimal form.
 *
 * <pre>
 *   | head: 1, 2 or 5 | rest of the integer, or the text's bytes | back length: 1 to 5 |
 *   '-------------------------- body --------------------------'
 *
 *   first byte of the head
 *     0vvvvvvv                          integer 0 to 127
 *     10nnnnnn                          text of n bytes, up to 63
 *     110vvvvv vvvvvvvv                 integer of 13 bits, signed, high bits first
 *     1110nnnn nnnnnnnn                 text of n bytes, up to 4095, high bits first
 *     11110000 n: 4                     text of n bytes
 *     11110001 to 11110100, v: 2,3,4,8  integer of 16, 24, 32, 64 bits, signed
 *     the others                        none
 *
 *   back length   bytes of the body, in groups of 7 bits, the highest first; bit 7 is set in each
 *                 byte but the first. So it can be read from its end, and what ends in a byte
 *                 below 128 has a back length of one byte.
 *
 *   "packed", 7, -1 and 1024 one after the other:
 *
 *   86 70 61 63 6b 65 64 | 07     07 | 01     df ff | 02     c4 00 | 02
 * </pre>
 *
 * <p>Numbers of several bytes have the low byte first except where said otherwise. This is the
 * entry of Redis's listpacks, so that a list goes to a DUMP or a file, and comes back, as it is.
 */
final class PackedListLayout {
  /** What differs from these bits in a head's first byte belongs to its number. */
  static final int TEXT_6 = 0b1000_0000;

  static final int INTEGER_13 = 0b1100_0000;
  static final int TEXT_12 = 0b1110_0000;
  static final int TEXT_32 = 0b1111_0000;
  static final int INTEGER_16 = 0b1111_0001;
  static final int INTEGER_24 = 0b1111_0010;
  static final int INTEGER_32 = 0b1111_0011;
  static final int INTEGER_64 = 0b1111_0100;

  static final int TEXT_6_MASK = 0b0011_1111;
  static final int INTEGER_13_MASK = 0b0001_1111;
  static final int TEXT_12_MASK = 0b0000_1111;

  static final int MAX_INTEGER_7 = (1 << 7) - 1;
  static final int MAX_INTEGER_13 = (1 << 12) - 1;
  static final int MAX_INTEGER_24 = (1 << 23) - 1;
  static final int MAX_TEXT_6 = (1 << 6) - 1;
  static final int MAX_TEXT_12 = (1 << 12) - 1;

  /** Bytes of the head of a text, by the bits of its length. */
  static final int TEXT_6_HEAD_BYTES = 1;

  static final int TEXT_12_HEAD_BYTES = 2;
  static final int TEXT_32_HEAD_BYTES = 5;

  /** Bytes of the body of an integer, by its bits. */
  static final int INTEGER_7_BYTES = 1;

  static final int INTEGER_13_BYTES = 2;
  static final int INTEGER_16_BYTES = 1 + 2;
  static final int INTEGER_24_BYTES = 1 + 3;
  static final int INTEGER_32_BYTES = 1 + 4;
  static final int INTEGER_64_BYTES = 1 + 8;

  static final int BACK_LENGTH_BITS = 7;
  static final int BACK_LENGTH_MASK = 0b0111_1111;
  static final int BACK_LENGTH_MORE = 0b1000_0000;
  static final int MAX_BACK_LENGTH_BYTES = 5;

  /** The longest body whose back length has 1, 2, 3 or 4 bytes: Redis wastes two numbers here. */
  static final int MAX_BODY_1 = (1 << 7) - 1;

  static final int MAX_BODY_2 = (1 << 14) - 2;
  static final int MAX_BODY_3 = (1 << 21) - 2;
  static final int MAX_BODY_4 = (1 << 28) - 2;

  private PackedListLayout() {}
}
