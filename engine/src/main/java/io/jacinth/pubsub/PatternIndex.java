package io.jacinth.pubsub;

import io.jacinth.base.GlobPattern;
import io.jacinth.base.RandomSource;
import io.jacinth.memory.Memory;
import java.util.Arrays;

/**
 * The patterns that somebody has subscribed to, found by the channels that match them without
 * trying all.
 *
 * <p>Most patterns begin or end with literal text: {@code news.*}, {@code *:expired}. A pattern is
 * filed under the longer of the two. All beginnings of the channel's name are looked up, or rather
 * those of a length that some pattern has, with a hash that goes from one length to the next in a
 * step; likewise all its ends. Only patterns found so are tried. A pattern without either, like
 * {@code *a*}, is filed under the empty text and tried for every channel.
 */
final class PatternIndex {
  private final LiteralIndex beginnings = new LiteralIndex(false);
  private final LiteralIndex ends = new LiteralIndex(true);

  void add(Topic pattern) {
    byte[] name = pattern.name;
    int beginning = beginningLength(name);
    byte[] end = end(name);
    if (end.length > beginning) {
      ends.add(end, pattern);
    } else {
      beginnings.add(beginning(name, beginning), pattern);
    }
  }

  void remove(Topic pattern) {
    byte[] name = pattern.name;
    int beginning = beginningLength(name);
    byte[] end = end(name);
    if (end.length > beginning) {
      ends.remove(end, pattern);
    } else {
      beginnings.remove(beginning(name, beginning), pattern);
    }
  }

  /** Adds the patterns that match a channel. */
  void match(long channel, int length, TopicList matching) {
    beginnings.match(channel, length, matching);
    ends.match(channel, length, matching);
  }

  private static boolean isSpecial(byte character) {
    return character == '*' || character == '?' || character == '[';
  }

  /** Whether a backslash stands there that makes the next byte literal. */
  private static boolean isEscape(byte[] pattern, int at) {
    return pattern[at] == '\\' && at + 1 < pattern.length;
  }

  /** How many literal bytes a pattern begins with. */
  private static int beginningLength(byte[] pattern) {
    int length = 0;
    for (int at = 0; at < pattern.length && !isSpecial(pattern[at]); at++) {
      if (isEscape(pattern, at)) {
        at++;
      }
      length++;
    }
    return length;
  }

  private static byte[] beginning(byte[] pattern, int length) {
    byte[] literal = new byte[length];
    int at = 0;
    for (int i = 0; i < length; i++) {
      if (isEscape(pattern, at)) {
        at++;
      }
      literal[i] = pattern[at++];
    }
    return literal;
  }

  /** The literal bytes that a pattern ends with, the last one first. */
  private static byte[] end(byte[] pattern) {
    byte[] literal = new byte[pattern.length];
    int length = 0;
    int at = 0;
    while (at < pattern.length) {
      if (pattern[at] == '[') {
        at = classEnd(pattern, at + 1);
        length = 0;
      } else if (isSpecial(pattern[at])) {
        at++;
        length = 0;
      } else {
        if (isEscape(pattern, at)) {
          at++;
        }
        literal[length++] = pattern[at++];
      }
    }
    byte[] reversed = new byte[length];
    for (int i = 0; i < length; i++) {
      reversed[i] = literal[length - 1 - i];
    }
    return reversed;
  }

  /** Where a pattern goes on after a class, as {@link GlobPattern} reads it. */
  private static int classEnd(byte[] pattern, int from) {
    int at = from;
    if (at < pattern.length && pattern[at] == '^') {
      at++;
    }
    while (at < pattern.length) {
      if (isEscape(pattern, at)) {
        at += 2;
      } else if (pattern[at] == ']') {
        return at + 1;
      } else if (at + 2 < pattern.length && pattern[at + 1] == '-') {
        at += 3;
      } else {
        at++;
      }
    }
    return at;
  }

  /** Patterns by one of their literal ends. */
  private static final class LiteralIndex {
    /** FNV's, by Fowler, Noll and Vo; the secret start keeps others from making texts collide. */
    private static final long PRIME = 0x100_0000_01b3L;

    private static final int MIN_SLOTS = 8;

    private final boolean backwards;
    private final long start = RandomSource.systemSeed();
    private Entry[] slots = new Entry[MIN_SLOTS];
    private int count;

    /** The lengths that there are, ascending, and how many patterns have each. */
    private int[] lengths = new int[4];

    private int[] lengthCounts = new int[4];
    private int lengthCount;

    LiteralIndex(boolean backwards) {
      this.backwards = backwards;
    }

    private static final class Entry {
      final Topic pattern;
      final long hash;
      Entry next;

      Entry(Topic pattern, long hash) {
        this.pattern = pattern;
        this.hash = hash;
      }
    }

    private static long step(long hash, int character) {
      return (hash ^ character) * PRIME;
    }

    private long hash(byte[] literal) {
      long hash = start;
      for (byte character : literal) {
        hash = step(hash, character & 0xff);
      }
      return hash;
    }

    private int slot(long hash) {
      return (int) (hash ^ hash >>> 32) & slots.length - 1;
    }

    void add(byte[] literal, Topic pattern) {
      if (count == slots.length) {
        resize(2 * count);
      }
      count++;
      insert(new Entry(pattern, hash(literal)));
      addLength(literal.length);
    }

    void remove(byte[] literal, Topic pattern) {
      int slot = slot(hash(literal));
      Entry before = null;
      Entry entry = slots[slot];
      while (entry.pattern != pattern) {
        before = entry;
        entry = entry.next;
      }
      if (before == null) {
        slots[slot] = entry.next;
      } else {
        before.next = entry.next;
      }
      count--;
      removeLength(literal.length);
      if (count < slots.length / 4 && slots.length > MIN_SLOTS) {
        resize(slots.length / 2);
      }
    }

    private void insert(Entry entry) {
      int slot = slot(entry.hash);
      entry.next = slots[slot];
      slots[slot] = entry;
    }

    private void resize(int slotCount) {
      Entry[] old = slots;
      slots = new Entry[slotCount];
      for (Entry first : old) {
        Entry entry = first;
        while (entry != null) {
          Entry following = entry.next;
          insert(entry);
          entry = following;
        }
      }
    }

    private void addLength(int length) {
      int at = Arrays.binarySearch(lengths, 0, lengthCount, length);
      if (at >= 0) {
        lengthCounts[at]++;
        return;
      }
      if (lengthCount == lengths.length) {
        lengths = Arrays.copyOf(lengths, 2 * lengthCount);
        lengthCounts = Arrays.copyOf(lengthCounts, 2 * lengthCount);
      }
      int place = -at - 1;
      System.arraycopy(lengths, place, lengths, place + 1, lengthCount - place);
      System.arraycopy(lengthCounts, place, lengthCounts, place + 1, lengthCount - place);
      lengths[place] = length;
      lengthCounts[place] = 1;
      lengthCount++;
    }

    private void removeLength(int length) {
      int at = Arrays.binarySearch(lengths, 0, lengthCount, length);
      if (--lengthCounts[at] == 0) {
        lengthCount--;
        System.arraycopy(lengths, at + 1, lengths, at, lengthCount - at);
        System.arraycopy(lengthCounts, at + 1, lengthCounts, at, lengthCount - at);
      }
    }

    void match(long channel, int length, TopicList matching) {
      long hash = start;
      int done = 0;
      for (int i = 0; i < lengthCount && lengths[i] <= length; i++) {
        for (; done < lengths[i]; done++) {
          hash =
              step(hash, Memory.getUnsignedByte(channel + (backwards ? length - 1 - done : done)));
        }
        for (Entry entry = slots[slot(hash)]; entry != null; entry = entry.next) {
          if (entry.hash == hash && GlobPattern.matches(entry.pattern.name, channel, length)) {
            matching.add(entry.pattern);
          }
        }
      }
    }
  }
}
