package io.jacinth.command.string;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One body over every encoding: random commands on a key, against the same done to a {@link
 * StringBuilder}.
 */
class StringEncodingsTest {
  private static final long SEED = 11;
  private static final int ROUNDS = 40;
  private static final int COMMANDS_PER_ROUND = 25;

  /** How the key comes to its value. */
  enum Encoding {
    INTEGER {
      @Override
      String set(TestClient client, Random random) {
        return set(client, Long.toString(random.nextLong() >> random.nextInt(64)));
      }
    },
    EMBEDDED {
      @Override
      String set(TestClient client, Random random) {
        return set(client, text(random, random.nextInt(45)));
      }
    },
    LONG_EMBEDDED {
      @Override
      String set(TestClient client, Random random) {
        return set(client, text(random, 45 + random.nextInt(916)));
      }
    },
    RAW {
      @Override
      String set(TestClient client, Random random) {
        String first = set(client, text(random, random.nextInt(30)));
        String second = text(random, 1 + random.nextInt(30));
        client.call("APPEND", "k", second);
        return first + second;
      }
    },
    RAW_INTEGER {
      @Override
      String set(TestClient client, Random random) {
        set(client, "1");
        client.call("APPEND", "k", "23");
        return "123";
      }
    },
    BLOCK {
      @Override
      String set(TestClient client, Random random) {
        return set(client, text(random, 961 + random.nextInt(5000)));
      }
    },
    ADOPTED_BLOCK {
      @Override
      String set(TestClient client, Random random) {
        return set(client, text(random, 140_000));
      }
    };

    abstract String set(TestClient client, Random random);

    static String set(TestClient client, String value) {
      assertEquals("OK", client.call("SET", "k", value));
      return value;
    }
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append((char) random.nextInt(256));
    }
    return text.toString();
  }

  @ParameterizedTest
  @EnumSource
  void behavesLikeAStringBuilder(Encoding encoding) {
    Random random = new Random(SEED);
    try (TestEngine engine = new TestEngine()) {
      TestClient client = engine.connect();
      for (int round = 0; round < ROUNDS; round++) {
        StringBuilder model = new StringBuilder(encoding.set(client, random));
        boolean expires = random.nextBoolean();
        if (expires) {
          client.call("GETEX", "k", "EX", "1000");
        }
        for (int i = 0; i < COMMANDS_PER_ROUND; i++) {
          step(client, model, random);
        }
        assertEquals(model.toString(), client.call("GET", "k"), "seed " + SEED);
        assertEquals(expires ? "1000" : "-1", client.call("TTL", "k"));
        assertEquals("OK", client.call("SET", "other", model.toString()));
        assertEquals(client.call("DIGEST", "other"), client.call("DIGEST", "k"));
        assertEquals(
            model.toString(), client.call("SET", "k", "x", "IFEQ", model.toString(), "GET"));
        assertEquals("x", client.call("GETDEL", "k"));
      }
    }
  }

  private static void step(TestClient client, StringBuilder model, Random random) {
    int length = model.length();
    switch (random.nextInt(8)) {
      case 0 -> {
        String added = text(random, random.nextInt(random.nextInt(20) == 0 ? 3000 : 12));
        model.append(added);
        expect(model.length(), client.call("APPEND", "k", added));
      }
      case 1 -> {
        int offset = random.nextInt(length + 20);
        String written = text(random, 1 + random.nextInt(20));
        model.setLength(Math.max(length, offset + written.length()));
        model.replace(offset, offset + written.length(), written);
        expect(model.length(), client.call("SETRANGE", "k", Integer.toString(offset), written));
      }
      case 2 -> {
        int from = random.nextInt(length + 10);
        int to = from + random.nextInt(30);
        String expected = model.substring(Math.min(from, length), Math.min(to + 1, length));
        assertEquals(
            expected, client.call("GETRANGE", "k", Integer.toString(from), Integer.toString(to)));
      }
      case 3 -> expect(length, client.call("STRLEN", "k"));
      case 4 -> {
        int offset = random.nextInt(length * 8 + 20);
        int bit = random.nextInt(2);
        model.setLength(Math.max(length, offset / 8 + 1));
        int mask = 0x80 >> offset % 8;
        char before = model.charAt(offset / 8);
        model.setCharAt(offset / 8, (char) (bit == 1 ? before | mask : before & ~mask));
        expect(
            (before & mask) == 0 ? 0 : 1,
            client.call("SETBIT", "k", Integer.toString(offset), Integer.toString(bit)));
      }
      case 5 -> {
        int offset = random.nextInt(length * 8 + 20);
        int octet = offset / 8 < length ? model.charAt(offset / 8) : 0;
        expect(
            (octet >> (7 - offset % 8)) & 1, client.call("GETBIT", "k", Integer.toString(offset)));
      }
      case 6 ->
          expect(
              model.chars().map(Integer::bitCount).sum(), client.call("BITCOUNT", "k", "0", "-1"));
      default -> increment(client, model, random.nextInt(2000) - 1000);
    }
  }

  private static void increment(TestClient client, StringBuilder model, int increment) {
    String reply = client.call("INCRBY", "k", Integer.toString(increment));
    if (!model.toString().matches("0|-?[1-9][0-9]{0,18}")) {
      assertEquals("-ERR value is not an integer or out of range", reply);
      return;
    }
    BigInteger value = new BigInteger(model.toString());
    BigInteger sum = value.add(BigInteger.valueOf(increment));
    if (value.bitLength() > 63) {
      assertEquals("-ERR value is not an integer or out of range", reply);
    } else if (sum.bitLength() > 63) {
      assertEquals("-ERR increment or decrement would overflow", reply);
    } else {
      assertEquals(sum.toString(), reply);
      model.setLength(0);
      model.append(sum);
    }
  }

  private static void expect(int number, String reply) {
    assertEquals(Integer.toString(number), reply, "seed " + SEED);
  }
}
