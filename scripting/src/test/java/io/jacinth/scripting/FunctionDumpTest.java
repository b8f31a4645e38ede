package io.jacinth.scripting;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.jacinth.base.Crc64;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Payloads of FUNCTION DUMP, right, compressed as Redis does, and damaged. */
final class FunctionDumpTest {
  private static final int DAMAGED = 20_000;
  private static final byte[] CODE = text("#!lua name=mylib\n-- code");

  /** The bytes of a library whose code LZF makes shorter: "abcabcabcabc", packed into 7. */
  private static final byte[] PACKED = {
    (byte) 0xf5, (byte) 0xc3, 7, 12, 2, 'a', 'b', 'c', (byte) 0xe0, 0, 2
  };

  @Test
  void librariesComeBack() throws ScriptException {
    for (int length : new int[] {CODE.length, 63, 64, 16383, 16384, 100_000}) {
      byte[] code = Arrays.copyOf(CODE, length);
      List<byte[]> codes = FunctionDump.read(dump(code, CODE));
      assertEquals(2, codes.size());
      assertArrayEquals(code, codes.get(0));
      assertArrayEquals(CODE, codes.get(1));
    }
    assertEquals(List.of(), FunctionDump.read(FunctionDump.write(List.of())));
  }

  @Test
  void whatRedisHasCompressed() throws ScriptException {
    // 3 literal bytes, then 9 that are those from 3 back
    assertArrayEquals(text("abcabcabcabc"), FunctionDump.read(sealed(PACKED)).getFirst());
  }

  @Test
  void aLengthThatCannotBeIsRefusedBeforeMemoryIsTakenForIt() {
    byte[] payload =
        sealed(
            new byte[] {
              (byte) 0xf5, (byte) 0xc3, 3, (byte) 0x80, 0x10, 0, 0, 0, (byte) 0xe0, -1, 0
            });
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThrows(ScriptException.class, () -> FunctionDump.read(payload));
    assertTrue(threads.getCurrentThreadAllocatedBytes() - before < 1 << 20);
  }

  @Test
  void damagedPayloads() throws ScriptException {
    long seed = Long.getLong("jacinth.fuzz.seed", System.nanoTime());
    Random random = new Random(seed);
    int read = 0;
    for (int i = 0; i < DAMAGED; i++) {
      byte[] whole = dump(CODE, Arrays.copyOf(CODE, CODE.length + random.nextInt(200)));
      byte[] body = Arrays.copyOf(random.nextBoolean() ? whole : PACKED, PACKED.length);
      for (int damages = random.nextInt(4); damages > 0; damages--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt();
      }
      byte[] payload = sealed(Arrays.copyOf(body, random.nextInt(body.length + 1)));
      try {
        read += FunctionDump.read(payload).size();
      } catch (ScriptException e) {
        assertTrue(e.getMessage().startsWith("ERR "), e.getMessage());
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + seed + ": " + Arrays.toString(payload), e);
      }
    }
    assertTrue(read > 0);
  }

  private static byte[] dump(byte[]... codes) throws ScriptException {
    List<FunctionLibrary> libraries = new ArrayList<>();
    for (byte[] code : codes) {
      libraries.add(FunctionLibrary.of(code));
    }
    return FunctionDump.write(libraries);
  }

  /** A body with a version and its checksum. */
  private static byte[] sealed(byte[] body) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    output.writeBytes(body);
    output.writeBytes(new byte[] {11, 0});
    long checksum = Crc64.of(output.toByteArray());
    ByteBuffer tail = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    output.writeBytes(tail.putLong(checksum).array());
    return output.toByteArray();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
