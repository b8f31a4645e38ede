package io.jacinth.config;

import java.util.List;

/**
 * The letters of {@code notify-keyspace-events}: which channels and which kinds of events are
 * published.
 *
 * <p>A value is the sum of the bits of its letters. {@code A} stands for all kinds but {@code m},
 * {@code n}, {@code o} and {@code c}, which would be too many. The last two are of Redis 8.2.
 */
public final class KeyspaceEvents {
  /** Events go to the key's channel. */
  public static final int KEYSPACE = 1;

  /** Events go to the event's channel. */
  public static final int KEYEVENT = 1 << 1;

  public static final int GENERIC = 1 << 2;
  public static final int STRING = 1 << 3;
  public static final int LIST = 1 << 4;
  public static final int SET = 1 << 5;
  public static final int HASH = 1 << 6;
  public static final int ZSET = 1 << 7;
  public static final int EXPIRED = 1 << 8;
  public static final int EVICTED = 1 << 9;
  public static final int STREAM = 1 << 10;
  public static final int KEY_MISS = 1 << 11;
  public static final int MODULE = 1 << 13;
  public static final int NEW = 1 << 14;
  public static final int OVERWRITTEN = 1 << 15;
  public static final int TYPE_CHANGED = 1 << 16;

  public static final int ALL =
      GENERIC | STRING | LIST | SET | HASH | ZSET | EXPIRED | EVICTED | STREAM | MODULE;

  /** What is not shown beside {@code A}, although that does not stand for all of it. */
  private static final int COVERED = ALL | NEW | OVERWRITTEN | TYPE_CHANGED;

  /** The letters of single bits, in the order in which they are shown. */
  private static final String LETTERS = "g$lshzxetdnocKEm";

  private static final int[] BITS = {
    GENERIC,
    STRING,
    LIST,
    SET,
    HASH,
    ZSET,
    EXPIRED,
    EVICTED,
    STREAM,
    MODULE,
    NEW,
    OVERWRITTEN,
    TYPE_CHANGED,
    KEYSPACE,
    KEYEVENT,
    KEY_MISS
  };

  static final Syntax<Long> SYNTAX =
      new Syntax<>() {
        @Override
        public Long parse(List<String> words, Long current, boolean again) throws SettingException {
          return (long) bits(words.getFirst());
        }

        @Override
        public String format(Long value) {
          return letters(value.intValue());
        }

        @Override
        public String formatForFile(Long value) {
          return '"' + format(value) + '"';
        }
      };

  private KeyspaceEvents() {}

  /** The bit of a letter. */
  public static int bit(char letter) {
    return BITS[LETTERS.indexOf(letter)];
  }

  private static int bits(String letters) throws SettingException {
    int bits = 0;
    for (int i = 0; i < letters.length(); i++) {
      char letter = letters.charAt(i);
      int index = LETTERS.indexOf(letter);
      if (letter != 'A' && index < 0) {
        throw new SettingException("Invalid event class character. Use 'Ag$lshzxeKEtmdnoc'.");
      }
      bits |= letter == 'A' ? ALL : BITS[index];
    }
    return bits;
  }

  private static String letters(int bits) {
    boolean all = (bits & ALL) == ALL;
    StringBuilder letters = new StringBuilder(all ? "A" : "");
    for (int i = 0; i < BITS.length; i++) {
      boolean covered = all && (BITS[i] & COVERED) != 0;
      if ((bits & BITS[i]) != 0 && !covered) {
        letters.append(LETTERS.charAt(i));
      }
    }
    return letters.toString();
  }
}
