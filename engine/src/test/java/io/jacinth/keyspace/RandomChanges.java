package io.jacinth.keyspace;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes random commands that change keys of all types, in a few databases. */
final class RandomChanges {
  static final int KEYS = 7;
  private static final int DATABASES = 3;
  private static final int NAMES = 24;

  private static final int BULK = 300;

  /** Long after all tests. */
  private static final long LATER_MILLIS = 4_000_000_000_000L;

  static final String[] TYPES = {"s", "l", "h", "t", "z", "x"};

  private final Random random;

  RandomChanges(Random random) {
    this.random = random;
  }

  private String pick(String... words) {
    return words[random.nextInt(words.length)];
  }

  private String key(String type) {
    // now and then one of another type
    return (random.nextInt(12) == 0 ? pick(TYPES) : type) + random.nextInt(KEYS);
  }

  private String anyKey() {
    return pick(TYPES) + random.nextInt(KEYS);
  }

  private String name() {
    return "name" + random.nextInt(NAMES);
  }

  private String value() {
    return switch (random.nextInt(8)) {
      case 0, 1 -> Integer.toString(random.nextInt(100_000));
      case 2 -> "v".repeat(random.nextInt(300));
      case 3 -> random.nextInt(4) == 0 ? "big".repeat(3000 + random.nextInt(9000)) : "x";
      default -> "value" + random.nextInt(1000);
    };
  }

  private String number(int bound) {
    return Integer.toString(random.nextInt(bound));
  }

  private String index() {
    return Integer.toString(random.nextInt(60) - 30);
  }

  private String time() {
    return Long.toString(LATER_MILLIS + random.nextInt(1000));
  }

  private String database() {
    return number(DATABASES);
  }

  private List<String> many(List<String> words, Runnable each) {
    for (int i = random.nextInt(random.nextInt(10) == 0 ? 60 : 4); i >= 0; i--) {
      each.run();
    }
    return words;
  }

  private static List<String> words(String... words) {
    return new ArrayList<>(List.of(words));
  }

  /** More than are copied when they come to another shard. */
  private List<String> bulk() {
    String type = pick("h", "t", "z");
    List<String> words =
        words(type.equals("h") ? "HSET" : type.equals("t") ? "SADD" : "ZADD", key(type));
    for (int i = 0; i < BULK; i++) {
      if (type.equals("z")) {
        words.add(number(30));
      }
      words.add("bulk" + i);
      if (type.equals("h")) {
        words.add("x");
      }
    }
    return words;
  }

  /** A command that makes a value larger, mostly. */
  List<String> growth() {
    if (random.nextInt(BULK) == 0) {
      return bulk();
    }
    return switch (random.nextInt(8)) {
      case 0 -> words("SETRANGE", key("s"), number(60_000), value());
      case 1, 2 -> push();
      case 3 -> hset();
      case 4 -> sadd();
      case 5 -> zadd();
      case 6 -> xadd();
      default -> command();
    };
  }

  List<String> command() {
    return switch (random.nextInt(14)) {
      case 0, 1 -> string();
      case 2, 3 -> list();
      case 4, 5 -> hash();
      case 6, 7 -> set();
      case 8, 9 -> sortedSet();
      case 10, 11 -> stream();
      default -> key();
    };
  }

  private List<String> string() {
    String key = key("s");
    return switch (random.nextInt(14)) {
      case 0, 1 -> words("SET", key, value());
      case 2 -> words("SET", key, value(), "PXAT", time());
      case 3 -> words("SET", key, value(), "KEEPTTL");
      case 4 -> words("APPEND", key, value());
      case 5 -> words("SETRANGE", key, number(60_000), value());
      case 6 -> words("SETBIT", key, number(300_000), number(2));
      case 7 -> words("INCRBY", key, number(1000));
      case 8 -> words("GETDEL", key);
      case 9 -> words("GETEX", key, "PXAT", time());
      case 10 ->
          words("BITFIELD", key, "SET", "u16", number(200_000), "77", "INCRBY", "i8", "9", "3");
      case 11 -> words("PFADD", key, name(), name());
      case 12 -> words("BITOP", "OR", key, key("s"), key("s"));
      default -> words("MSET", key, value(), key("s"), value());
    };
  }

  private List<String> push() {
    List<String> words = words(pick("LPUSH", "RPUSH"), key("l"));
    return many(words, () -> words.add(value()));
  }

  private List<String> list() {
    String key = key("l");
    return switch (random.nextInt(12)) {
      case 0, 1 -> push();
      case 2 -> words(pick("LPOP", "RPOP"), key);
      case 3 -> words(pick("LPOP", "RPOP"), key, number(30));
      case 4, 5 -> words("LSET", key, index(), value());
      case 6 -> words("LINSERT", key, pick("BEFORE", "AFTER"), "x", value());
      case 7 -> words("LREM", key, index(), "x");
      case 8 -> words("LTRIM", key, index(), index());
      case 9, 10 -> words("LMOVE", key, key("l"), pick("LEFT", "RIGHT"), pick("LEFT", "RIGHT"));
      default -> words("LMPOP", "1", key, pick("LEFT", "RIGHT"), "COUNT", number(20) + 1);
    };
  }

  private List<String> hset() {
    List<String> words = words("HSET", key("h"));
    return many(
        words,
        () -> {
          words.add(name());
          words.add(value());
        });
  }

  private List<String> hash() {
    String key = key("h");
    return switch (random.nextInt(10)) {
      case 0, 1 -> hset();
      case 2, 3 -> words("HDEL", key, name(), name(), name());
      case 4 -> words("HINCRBY", key, name(), number(100));
      case 5 -> words("HPEXPIREAT", key, time(), "FIELDS", "2", name(), name());
      case 6 -> words("HPERSIST", key, "FIELDS", "2", name(), name());
      case 7 -> words("HGETDEL", key, "FIELDS", "2", name(), name());
      case 8 -> words("HSETEX", key, "PXAT", time(), "FIELDS", "1", name(), value());
      default -> words("HPEXPIREAT", key, "1000", "FIELDS", "1", name());
    };
  }

  private List<String> sadd() {
    List<String> words = words("SADD", key("t"));
    return many(words, () -> words.add(random.nextInt(3) == 0 ? number(50) : name()));
  }

  private List<String> set() {
    String key = key("t");
    return switch (random.nextInt(10)) {
      case 0, 1 -> sadd();
      case 2, 3 -> words("SREM", key, name(), name(), number(50));
      case 4 -> words("SPOP", key, number(8));
      case 5 -> words("SMOVE", key, key("t"), name());
      case 6 -> words(pick("SUNIONSTORE", "SDIFFSTORE", "SINTERSTORE"), key, key("t"), key("t"));
      case 7 -> words("SPEXPIREAT", key, time(), "MEMBERS", "2", name(), name());
      case 8 -> words("SPERSIST", key, "MEMBERS", "2", name(), name());
      default -> words("SPEXPIREAT", key, "1000", "MEMBERS", "1", name());
    };
  }

  private List<String> zadd() {
    List<String> words = words("ZADD", key("z"));
    return many(
        words,
        () -> {
          words.add(number(30));
          words.add(name());
        });
  }

  private List<String> sortedSet() {
    String key = key("z");
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> zadd();
      case 3 -> words("ZREM", key, name(), name(), name());
      case 4 -> words("ZINCRBY", key, "1.5", name());
      case 5 -> words(pick("ZPOPMIN", "ZPOPMAX"), key, number(6));
      case 6 -> words("ZREMRANGEBYRANK", key, index(), index());
      case 7 -> words("ZREMRANGEBYSCORE", key, number(30), number(30));
      case 8 -> words("ZUNIONSTORE", key, "2", key("z"), key("t"));
      default -> words("ZRANGESTORE", key, key("z"), "0", number(20));
    };
  }

  private List<String> xadd() {
    List<String> words = words("XADD", key("x"));
    if (random.nextInt(4) == 0) {
      words.addAll(words("MAXLEN", pick("=", "~"), number(30)));
    }
    if (random.nextInt(6) == 0) {
      words.addAll(words("IDMP", "producer" + random.nextInt(3), name()));
    }
    words.add("*");
    return many(
        words,
        () -> {
          words.add(name());
          words.add(value());
        });
  }

  private String id() {
    // the clock stands still in this test, so that sequence numbers tell entries apart
    return "1700000000000-" + random.nextInt(40);
  }

  private List<String> stream() {
    String key = key("x");
    String group = "group" + random.nextInt(3);
    String consumer = "consumer" + random.nextInt(3);
    return switch (random.nextInt(24)) {
      case 0, 1, 2, 3, 4 -> xadd();
      case 5, 6 -> words("XDEL", key, id(), id(), id());
      case 7 -> words("XTRIM", key, "MAXLEN", pick("=", "~"), number(40));
      case 8 -> words("XTRIM", key, "MINID", id());
      case 9, 10 -> words("XGROUP", "CREATE", key, group, pick("0", "$"), "MKSTREAM");
      case 11 -> words("XGROUP", "DESTROY", key, group);
      case 12 -> words("XGROUP", "CREATECONSUMER", key, group, consumer);
      case 13 -> words("XGROUP", "DELCONSUMER", key, group, consumer);
      case 14 -> words("XGROUP", "SETID", key, group, id());
      case 15, 16, 17 ->
          words("XREADGROUP", "GROUP", group, consumer, "COUNT", number(9), "STREAMS", key, ">");
      case 18 -> words("XACK", key, group, id(), id(), id());
      case 19 -> words("XCLAIM", key, group, consumer, "0", id(), id(), "FORCE");
      case 20 -> words("XAUTOCLAIM", key, group, consumer, "0", "0", "COUNT", "5");
      case 21 -> words("XSETID", key, "1700000000000-" + (40 + random.nextInt(20)));
      case 22 -> words("XACKDEL", key, group, pick("KEEPREF", "DELREF", "ACKED"), "IDS", "1", id());
      default -> words("XNACK", key, group, pick("SILENT", "FAIL", "FATAL"), "IDS", "1", id());
    };
  }

  private List<String> key() {
    return switch (random.nextInt(18)) {
      case 0, 1, 2 -> words("DEL", anyKey());
      case 3, 4, 5 -> {
        String type = pick(TYPES);
        yield words("RENAME", key(type), key(type));
      }
      case 6 -> words("RENAMENX", anyKey(), anyKey());
      case 7 -> words("COPY", anyKey(), anyKey(), "REPLACE");
      case 8 -> words("COPY", anyKey(), anyKey(), "DB", database(), "REPLACE");
      case 9, 10 -> words("MOVE", anyKey(), database());
      case 11 -> words("PEXPIREAT", anyKey(), time());
      case 12 -> words("PERSIST", anyKey());
      case 13 -> words("SELECT", database());
      case 14 -> words("SWAPDB", database(), database());
      case 15 -> words("SORT", pick("l", "t") + random.nextInt(KEYS), "ALPHA", "STORE", key("l"));
      case 16 -> random.nextInt(4) == 0 ? words("FLUSHDB") : words("PEXPIREAT", anyKey(), "1000");
      default -> random.nextInt(8) == 0 ? words("FLUSHALL") : words("SELECT", database());
    };
  }
}
