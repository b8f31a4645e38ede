package io.jacinth.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.jacinth.memory.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CRC-16, CRC-64 and XXH3: numbers that other programs compute too, so they are frozen here. */
final class ChecksumTest {
  @Test
  void checkValues() {
    try (NativeText text = new NativeText()) {
      int length = text.put("123456789");
      assertEquals(0x31C3, Crc16.of(text.input, length));
      assertEquals(0xE9C6D914C4B8D9CAL, Crc64.of(text.input, length));
      assertEquals(0, Crc64.of(text.input, 0));
    }
  }

  /** However a text is cut in two, the checksum is the one of its bits taken one by one. */
  @Test
  void crc64OfAnyLengthAndAnyCut() {
    RandomSource random = new RandomSource(1);
    try (NativeText text = new NativeText()) {
      for (int length = 0; length < 70; length++) {
        long bitwise = 0;
        for (int i = 0; i < length; i++) {
          byte next = (byte) random.nextLong();
          Memory.putByte(text.input + i, next);
          bitwise ^= next & 0xFF;
          for (int bit = 0; bit < 8; bit++) {
            bitwise = bitwise >>> 1 ^ ((bitwise & 1) != 0 ? 0x95AC9329AC4BC9B5L : 0);
          }
        }
        int cut = random.nextInt(length + 1);
        long first = Crc64.of(text.input, cut);
        assertEquals(bitwise, Crc64.of(text.input, length));
        assertEquals(bitwise, Crc64.update(first, text.input + cut, length - cut));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "foo,12182",
    "somekey,11058",
    "foo{hash_tag},2515",
    "bar{hash_tag},2515",
    "{hash_tag},2515",
    "hash_tag,2515",
    "{user1000}.following,3443",
    "foo{}{bar},8363",
    "foo{{bar}}zap,4015",
    "foo{bar}{zap},5061",
    "a{b,13340",
    "a}b{c,13587"
  })
  void slots(String key, int slot) {
    try (NativeText text = new NativeText()) {
      assertEquals(slot, Crc16.slot(text.input, text.put(key)));
    }
  }

  /**
   * By the reference implementation (xxHash 0.8), of the bytes {@code 131 i + 17 (i / 256) + 7}.
   */
  @ParameterizedTest
  @CsvSource({
    "0,2d06800538d394c2",
    "1,4c5cca45d0f4811f",
    "2,29c60963cbfa4e6e",
    "3,6e3e2670e61106ac",
    "4,5c4c63133443d03f",
    "7,46a5c724d51fe43f",
    "8,f9fd4dd0b04d78f5",
    "9,7c20df9712c26edf",
    "15,b345a7b2698ba575",
    "16,86abf6baccea0858",
    "17,b58bf5dc5022d071",
    "31,48442fcd5518b086",
    "32,e3712ed84c04a66e",
    "33,a4dee99b093e1f73",
    "64,1291d2d4042330dd",
    "65,97c6bf83217e5ec9",
    "96,81296929fc063365",
    "97,f145a45b658ab9dd",
    "128,10d17f72c0ccba41",
    "129,1648bdc3db49d1a2",
    "144,b46dbfc6d9e31aba",
    "239,f0d154819adb16cd",
    "240,b6cfaf343fab81e6",
    "241,956cae592c67279e",
    "255,64a6073025eb7929",
    "256,b15e550733c5dfac",
    "257,c6dea86d5afd33ae",
    "512,31cc4c8456761b50",
    "1023,aa76836516a7ea30",
    "1024,a1e16f2edf2cbed6",
    "1025,0a6d2c17259fe4bb",
    "1088,0ef0c0dc0e8682f1",
    "1089,e9459411d2759a81",
    "2048,1c81a12455515459",
    "2049,e54b75096179fb9c",
    "4095,39b9baef0ae24fba",
    "4999,eafae671b8daae4f"
  })
  void xxh3(int length, String expected) {
    try (NativeText text = new NativeText()) {
      for (int i = 0; i < length; i++) {
        Memory.putByte(text.input + i, (byte) (131 * i + 17 * (i / 256) + 7));
      }
      assertEquals(expected, String.format("%016x", Xxh3.of(text.input, length)));
    }
  }

  @Test
  void xxh3OfEveryBit() {
    try (NativeText text = new NativeText()) {
      Memory.fill(text.input, 1500, 0);
      for (int length : new int[] {1, 5, 12, 100, 200, 300, 1500}) {
        long before = Xxh3.of(text.input, length);
        for (int i = 0; i < length; i++) {
          Memory.putByte(text.input + i, (byte) 1);
          assertNotEquals(before, Xxh3.of(text.input, length), length + " bytes, byte " + i);
          Memory.putByte(text.input + i, (byte) 0);
        }
      }
    }
  }
}
