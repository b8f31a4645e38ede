package io.jacinth.scripting;

import io.jacinth.base.Crc64;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The payload of FUNCTION DUMP, in Redis's format ("RDB file format"):
 *
 * <pre>
 *   | 0xf5: 1 | length of the code | code | ... one such for each library ...
 *   | RDB version: 2, little endian | CRC-64 of all before: 8, little endian |
 *
 *   length:  00xxxxxx                       6 bits
 *            01xxxxxx | 8 bits              14 bits, the high ones first
 *            10000000 | 32 bits             big endian
 *            10000001 | 64 bits             big endian
 *            11000011 | packed | unpacked | bytes    compressed by LZF; the two are lengths
 * </pre>
 */
final class FunctionDump {
  private static final int FUNCTION = 0xf5;
  private static final int VERSION = 12;
  private static final int VERSION_BYTES = 2;
  private static final int TAIL_BYTES = VERSION_BYTES + Long.BYTES;
  private static final int SIX_BITS = 0x3f;
  private static final int FOURTEEN_BITS = 0x3fff;
  private static final int LENGTH_14 = 0x40;
  private static final int LENGTH_32 = 0x80;
  private static final int LENGTH_64 = 0x81;
  private static final int LZF = 0xc3;

  /** A repetition of 264 bytes is the longest, and takes 3. */
  private static final long MAX_LZF_RATIO = 264 / 3;

  static final String WRONG_TAIL = "ERR DUMP payload version or checksum are wrong";
  private static final String CORRUPT = "ERR failed loading functions from payload";

  private FunctionDump() {}

  static byte[] write(Collection<FunctionLibrary> libraries) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    for (FunctionLibrary library : libraries) {
      output.write(FUNCTION);
      writeLength(output, library.code().length);
      output.writeBytes(library.code());
    }
    output.write(VERSION);
    output.write(VERSION >>> Byte.SIZE);
    long checksum = Crc64.of(output.toByteArray());
    ByteBuffer tail = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    output.writeBytes(tail.putLong(checksum).array());
    return output.toByteArray();
  }

  private static void writeLength(ByteArrayOutputStream output, int length) {
    if (length <= SIX_BITS) {
      output.write(length);
    } else if (length <= FOURTEEN_BITS) {
      output.write(LENGTH_14 | length >>> Byte.SIZE);
      output.write(length);
    } else {
      output.write(LENGTH_32);
      output.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
    }
  }

  /** The codes of the libraries in a payload. */
  static List<byte[]> read(byte[] payload) throws ScriptException {
    if (payload.length < TAIL_BYTES) {
      throw new ScriptException(WRONG_TAIL);
    }
    ByteBuffer bytes = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
    int end = payload.length - TAIL_BYTES;
    int version = bytes.getShort(end) & 0xffff;
    byte[] summed = new byte[end + VERSION_BYTES];
    bytes.get(0, summed);
    if (version > VERSION || bytes.getLong(end + VERSION_BYTES) != Crc64.of(summed)) {
      throw new ScriptException(WRONG_TAIL);
    }
    bytes.limit(end).order(ByteOrder.BIG_ENDIAN);
    List<byte[]> codes = new ArrayList<>();
    while (bytes.hasRemaining()) {
      if ((bytes.get() & 0xff) != FUNCTION) {
        throw new ScriptException("ERR given type is not a function");
      }
      codes.add(string(bytes));
    }
    return codes;
  }

  private static byte[] string(ByteBuffer bytes) throws ScriptException {
    require(bytes, 1);
    if ((bytes.get(bytes.position()) & 0xff) == LZF) {
      bytes.get();
      int packed = length(bytes);
      int unpacked = length(bytes);
      require(bytes, packed);
      byte[] input = new byte[packed];
      bytes.get(input);
      return decompress(input, unpacked);
    }
    int length = length(bytes);
    require(bytes, length);
    byte[] text = new byte[length];
    bytes.get(text);
    return text;
  }

  private static void require(ByteBuffer bytes, int count) throws ScriptException {
    if (count < 0 || bytes.remaining() < count) {
      throw new ScriptException(CORRUPT);
    }
  }

  private static int length(ByteBuffer bytes) throws ScriptException {
    require(bytes, 1);
    int first = bytes.get() & 0xff;
    if (first <= SIX_BITS) {
      return first;
    } else if (first < LENGTH_32) {
      require(bytes, 1);
      return (first & SIX_BITS) << Byte.SIZE | (bytes.get() & 0xff);
    } else if (first == LENGTH_32) {
      require(bytes, Integer.BYTES);
      return bytes.getInt();
    } else if (first == LENGTH_64) {
      require(bytes, Long.BYTES);
      long length = bytes.getLong();
      return length == (int) length ? (int) length : -1;
    }
    throw new ScriptException(CORRUPT);
  }

  /**
   * LZF: a byte below 32 says that one more literal bytes follow; else its high 3 bits are the
   * length of a repetition less 2 (7: add the next byte), and the other 5 with the next byte how
   * far back it begins less 1.
   */
  static byte[] decompress(byte[] input, int lengthBytes) throws ScriptException {
    if (lengthBytes < 0 || lengthBytes > input.length * MAX_LZF_RATIO) {
      throw new ScriptException(CORRUPT);
    }
    byte[] output = new byte[lengthBytes];
    int at = 0;
    int to = 0;
    try {
      while (at < input.length) {
        int control = input[at++] & 0xff;
        if (control < 32) {
          System.arraycopy(input, at, output, to, control + 1);
          at += control + 1;
          to += control + 1;
          continue;
        }
        int length = control >>> 5;
        if (length == 7) {
          length += input[at++] & 0xff;
        }
        int from = to - ((control & 0x1f) << Byte.SIZE | (input[at++] & 0xff)) - 1;
        for (int i = 0; i < length + 2; i++) {
          output[to++] = output[from++];
        }
      }
    } catch (IndexOutOfBoundsException e) {
      throw new ScriptException(CORRUPT);
    }
    if (to != lengthBytes) {
      throw new ScriptException(CORRUPT);
    }
    return output;
  }
}
