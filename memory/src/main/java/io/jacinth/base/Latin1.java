package io.jacinth.base;

import io.jacinth.memory.Memory;
import java.nio.charset.StandardCharsets;

/**
 * Text of one byte per character between Java and raw memory.
 *
 * <p>Everything that the protocol and the configuration call text is bytes; ISO-8859-1 maps all 256
 * of them to characters and back, so that a {@code String} can carry them where speed does not
 * matter.
 */
public final class Latin1 {
  private Latin1() {}

  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  public static String string(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** The bytes at an address as a string. */
  public static String string(long address, int length) {
    return string(Memory.bytes(address, length));
  }

  /** Writes the characters of a text and returns how many. Allocates nothing. */
  public static int write(long address, String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      Memory.putByte(address + i, (byte) text.charAt(i));
    }
    return length;
  }

  /** Whether memory holds exactly these bytes. */
  public static boolean equal(byte[] bytes, long address, int length) {
    if (bytes.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (bytes[i] != Memory.getByte(address + i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether memory holds this text, letters of either case; the text is given in lower case. */
  public static boolean equalIgnoringCase(String lowerCase, long address, int length) {
    if (lowerCase.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (lowerCase.charAt(i) != lowerCase(Memory.getUnsignedByte(address + i))) {
        return false;
      }
    }
    return true;
  }

  /** The lower case of an ASCII letter; every other byte as it is. */
  public static int lowerCase(int character) {
    return character >= 'A' && character <= 'Z' ? character | 0x20 : character;
  }
}
