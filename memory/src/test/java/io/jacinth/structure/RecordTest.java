package io.jacinth.structure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.memory.Memory;
import io.jacinth.memory.PageSource;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordTest {
  private final PageSource pages = new PageSource();
  private final Slab slab = new Slab(pages, 0);

  @AfterEach
  void close() {
    slab.close();
    pages.close();
  }

  /** Every combination of optional parts, in a block that has not one byte more than needed. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 255, 256, 4000, 65_535, 65_536, 100_000})
  void partsDoNotTouchEachOther(int keyLength) {
    byte[] key = new byte[keyLength];
    new Random(keyLength).nextBytes(key);
    long keyAddress = slab.allocate(keyLength + 1, Tag.SCRATCH);
    Memory.write(key, 0, keyLength, keyAddress);
    for (int flags : new int[] {0, Record.EXPIRY, Record.ACCESS_CLOCK, 0xc}) {
      int headBytes = Record.headBytes(flags, keyLength);
      long record = slab.allocate(headBytes, Tag.ENTRY);
      Record.writeHead(record, flags, keyAddress, keyLength);
      Record.setKind(record, 0xf);
      if ((flags & Record.EXPIRY) != 0) {
        Record.setExpireAtMillis(record, Long.MAX_VALUE - 5);
      }
      if ((flags & Record.ACCESS_CLOCK) != 0) {
        Record.setAccessClock(record, 0xabcdef);
        Record.setAccessClock(record, 0xfedcba);
        assertEquals(0xfedcba, Record.accessClock(record));
      }
      Record.setKind(record, 0xa);
      assertEquals(0xa, Record.kind(record));
      assertEquals((flags & Record.EXPIRY) != 0, Record.hasExpiry(record));
      assertEquals((flags & Record.ACCESS_CLOCK) != 0, Record.hasAccessClock(record));
      if ((flags & Record.EXPIRY) != 0) {
        assertEquals(Long.MAX_VALUE - 5, Record.expireAtMillis(record));
      }
      assertEquals(keyLength, Record.keyLength(record));
      assertArrayEquals(key, Memory.bytes(Record.keyAddress(record), keyLength));
      assertEquals(record + headBytes, Record.payloadAddress(record));
      assertTrue(Record.keyEquals(record, keyAddress, keyLength));
      if (keyLength > 0) {
        assertFalse(Record.keyEquals(record, keyAddress, keyLength - 1));
        Memory.putByte(keyAddress, Memory.getByte(keyAddress) ^ 1);
        assertFalse(Record.keyEquals(record, keyAddress, keyLength));
        Memory.putByte(keyAddress, Memory.getByte(keyAddress) ^ 1);
      }
      slab.free(record, headBytes, Tag.ENTRY);
    }
    slab.free(keyAddress, keyLength + 1, Tag.SCRATCH);
  }

  /** The example of the layout's drawing. */
  @Test
  void theBytesAreThoseOfTheDrawing() {
    long key = slab.allocate(5, Tag.SCRATCH);
    Memory.write(new byte[] {'k', 'e', 'y', ':', '1'}, 0, 5, key);
    long record = slab.allocate(11, Tag.ENTRY);
    Record.writeHead(record, 3 << Record.KIND_SHIFT | Record.ACCESS_CLOCK, key, 5);
    Record.setAccessClock(record, 0x010a5c);
    Memory.putByte(Record.payloadAddress(record), 'v');
    assertEquals("385c0a01056b65793a3176", HexFormat.of().formatHex(Memory.bytes(record, 11)));
    slab.free(record, 11, Tag.ENTRY);
    slab.free(key, 5, Tag.SCRATCH);
  }

  @Test
  void expiryIsCopiedToARecordOfAnotherShape() {
    long key = slab.allocate(300, Tag.SCRATCH);
    Memory.fill(key, 300, 'k');
    int fromBytes = Record.headBytes(Record.EXPIRY, 3);
    int toBytes = Record.headBytes(0xc, 300);
    long from = slab.allocate(fromBytes, Tag.ENTRY);
    long to = slab.allocate(toBytes, Tag.ENTRY);
    Record.writeHead(from, Record.EXPIRY, key, 3);
    Record.setExpireAtMillis(from, 123_456_789_012L);
    Memory.putLong(Record.linksAddress(from), 0x1234_5678_9abc_def0L);
    Record.writeHead(to, 0xc, key, 300);
    Record.copyExpiry(from, to);
    assertEquals(123_456_789_012L, Record.expireAtMillis(to));
    assertEquals(0x1234_5678_9abc_def0L, Memory.getLong(Record.linksAddress(to)));
    assertTrue(Record.keyEquals(to, key, 300));
    slab.free(from, fromBytes, Tag.ENTRY);
    slab.free(to, toBytes, Tag.ENTRY);
    slab.free(key, 300, Tag.SCRATCH);
  }
}
