package io.jacinth.value;

import io.jacinth.memory.LittleEndian;
import io.jacinth.memory.Memory;
import java.util.Arrays;

/**
 * A sketch of a set, in a string, that tells how many elements the set has with a standard error of
 * 0.81 % (Flajolet, Fusy, Gandouet and Meunier: HyperLogLog, 2007; the estimate is Ertl's: New
 * cardinality estimation algorithms for HyperLogLog sketches, 2017).
 *
 * <p>The hash of an element chooses one of 16384 registers by its low 14 bits; the register keeps
 * the longest run of zeros, plus one, that began the rest of a hash. The format is Redis's:
 *
 * <pre>
 *   0        4              5        8                         16
 *   | "HYLL" | encoding: u8 | unused | last estimate: 8, low first | registers
 *                                      its highest bit: no longer valid
 *
 *   dense    6 bits each, from the low bits of the first byte on
 *   sparse   runs of equal registers:
 *            00nnnnnn             n + 1 registers of 0
 *            01nnnnnn nnnnnnnn    n + 1 registers of 0, the high bits first
 *            1vvvvvnn             n + 1 registers of v + 1
 *
 *   a new one:  48 59 4c 4c | 01 | 00 00 00 | 00 00 00 00 00 00 00 00 | 7f ff
 * </pre>
 *
 * <p>An instance works on a buffer of its caller's, which {@link #open} names, and changes the
 * length there; the caller gives it room to grow.
 */
public final class HyperLogLog {
  public static final int DENSE = 0;
  public static final int SPARSE = 1;

  /** Bytes before the registers. */
  public static final int HEAD_BYTES = 16;

  private static final int INDEX_BITS = 14;
  public static final int REGISTERS = 1 << INDEX_BITS;
  private static final int REGISTER_BITS = 6;
  private static final int REGISTER_MASK = (1 << REGISTER_BITS) - 1;

  /** The longest run that a hash can begin with, without the one behind it. */
  private static final int RUN_BITS = Long.SIZE - INDEX_BITS;

  /** Length of one whose registers are dense. */
  public static final int DENSE_BYTES = HEAD_BYTES + REGISTERS * REGISTER_BITS / Byte.SIZE;

  /** Length of an empty one. */
  public static final int EMPTY_BYTES = HEAD_BYTES + 2;

  /** So many bytes longer it becomes at most when a register is set, as long as it is sparse. */
  public static final int GROWTH_BYTES = 4;

  /** The letters HYLL. */
  private static final int MAGIC = 'H' | 'Y' << 8 | 'L' << 16 | 'L' << 24;

  private static final int ENCODING = 4;
  private static final int UNUSED = 5;
  private static final int UNUSED_BYTES = 3;
  private static final int ESTIMATE = 8;
  private static final int ESTIMATE_BYTES = 8;
  private static final int STALE = ESTIMATE + ESTIMATE_BYTES - 1;
  private static final int STALE_BIT = 0x80;

  // Runs of sparse registers.
  private static final int KIND_MASK = 0xc0;
  private static final int LONG_ZEROS = 0x40;
  private static final int VALUES = 0x80;
  private static final int ZEROS_MASK = 0x3f;
  private static final int MAX_SHORT_ZEROS = 64;
  private static final int VALUE_SHIFT = 2;
  private static final int VALUE_MASK = 0x1f;
  private static final int MAX_SPARSE_VALUE = 32;
  private static final int COUNT_MASK = 3;
  private static final int MAX_VALUES = 4;

  /** After a change so many runs are looked at that may be joined. */
  private static final int JOINED_RUNS = 5;

  /** What follows from the limit of the estimate's constant: 1 / (2 ln 2). */
  private static final double ALPHA = 0.7213475204444817;

  private static final long HASH_SEED = 0xadc8_3b19L;

  private long address;
  private int length;

  /** The longest that a sparse one may become. */
  private int maxSparseBytes;

  private final int[] histogram = new int[REGISTER_MASK + 1];
  private final byte[] pieces = new byte[JOINED_RUNS];
  private int pieceCount;

  /**
   * Works on the bytes there.
   *
   * @param maxSparseBytes the setting {@code hll-sparse-max-bytes}
   */
  public void open(long address, int length, long maxSparseBytes) {
    this.address = address;
    this.length = length;
    this.maxSparseBytes = (int) Math.min(maxSparseBytes, Integer.MAX_VALUE);
  }

  /** Writes an empty one and works on it. */
  public void create(long address, long maxSparseBytes) {
    open(address, EMPTY_BYTES, maxSparseBytes);
    LittleEndian.putInt(address, MAGIC);
    Memory.putByte(address + ENCODING, SPARSE);
    Memory.fill(address + UNUSED, UNUSED_BYTES + ESTIMATE_BYTES, 0);
    Memory.putByte(address + HEAD_BYTES, LONG_ZEROS | ZEROS_MASK);
    Memory.putByte(address + HEAD_BYTES + 1, 0xff);
  }

  /** Where its bytes are. */
  public long address() {
    return address;
  }

  /** Its length now. */
  public int length() {
    return length;
  }

  /** Whether the bytes look like one; those of the registers are not looked at. */
  public static boolean isValid(long address, int length) {
    if (length < HEAD_BYTES) {
      return false;
    }
    if (LittleEndian.getInt(address) != MAGIC) {
      return false;
    }
    int encoding = Memory.getUnsignedByte(address + ENCODING);
    return encoding == SPARSE || (encoding == DENSE && length == DENSE_BYTES);
  }

  public boolean isDense() {
    return Memory.getByte(address + ENCODING) == DENSE;
  }

  // ---- the last estimate ----

  /** Whether the last estimate holds. */
  public boolean hasEstimate() {
    return (Memory.getByte(address + STALE) & STALE_BIT) == 0;
  }

  /** The last estimate. */
  public long lastEstimate() {
    return LittleEndian.getLong(address + ESTIMATE);
  }

  /** Remembers an estimate. */
  public void lastEstimate(long estimate) {
    LittleEndian.putLong(address + ESTIMATE, estimate);
  }

  /** The last estimate holds no more. */
  public void forgetEstimate() {
    Memory.putByte(address + STALE, Memory.getByte(address + STALE) | STALE_BIT);
  }

  // ---- adding ----

  /** Result of a change: the bytes are no HyperLogLog. */
  public static final int CORRUPT = -1;

  /**
   * Adds an element.
   *
   * @return 1 if a register has changed, 0 if not, {@link #CORRUPT}
   */
  public int add(long element, int elementBytes) {
    long hash = hash(element, elementBytes);
    int index = (int) hash & (REGISTERS - 1);
    int run = Long.numberOfTrailingZeros(hash >>> INDEX_BITS | 1L << RUN_BITS) + 1;
    return raise(index, run);
  }

  /**
   * Gives a register a value if that is greater.
   *
   * @return 1 if it has changed, 0 if not, {@link #CORRUPT}
   */
  public int raise(int index, int value) {
    return isDense() ? raiseDense(index, value) : raiseSparse(index, value);
  }

  /** MurmurHash64A (Austin Appleby, public domain), words with the low byte first. */
  static long hash(long text, int lengthBytes) {
    long factor = 0xc6a4_a793_5bd1_e995L;
    long hash = HASH_SEED ^ lengthBytes * factor;
    int words = lengthBytes & -Long.BYTES;
    for (int at = 0; at < words; at += Long.BYTES) {
      long word = LittleEndian.getLong(text + at) * factor;
      word = (word ^ word >>> 47) * factor;
      hash = (hash ^ word) * factor;
    }
    int rest = lengthBytes - words;
    if (rest > 0) {
      hash = (hash ^ LittleEndian.getUnsigned(text + words, rest)) * factor;
    }
    hash = (hash ^ hash >>> 47) * factor;
    return hash ^ hash >>> 47;
  }

  // ---- dense registers ----

  private static int dense(long registers, int index) {
    int bit = index * REGISTER_BITS;
    long at = registers + bit / Byte.SIZE;
    int shift = bit % Byte.SIZE;
    int bits = Memory.getUnsignedByte(at) >>> shift;
    if (shift > Byte.SIZE - REGISTER_BITS) {
      bits |= Memory.getUnsignedByte(at + 1) << (Byte.SIZE - shift);
    }
    return bits & REGISTER_MASK;
  }

  private static void putDense(long registers, int index, int value) {
    int bit = index * REGISTER_BITS;
    long at = registers + bit / Byte.SIZE;
    int shift = bit % Byte.SIZE;
    int low = Memory.getUnsignedByte(at) & ~(REGISTER_MASK << shift);
    Memory.putByte(at, low | value << shift);
    if (shift > Byte.SIZE - REGISTER_BITS) {
      int used = Byte.SIZE - shift;
      int high = Memory.getUnsignedByte(at + 1) & ~(REGISTER_MASK >>> used);
      Memory.putByte(at + 1, high | value >>> used);
    }
  }

  private int raiseDense(int index, int value) {
    long registers = address + HEAD_BYTES;
    if (dense(registers, index) >= value) {
      return 0;
    }
    putDense(registers, index, value);
    return 1;
  }

  // ---- sparse registers ----

  // A run is named by its address.

  private static int kindOf(long run) {
    int head = Memory.getUnsignedByte(run);
    return (head & VALUES) != 0 ? VALUES : head & KIND_MASK;
  }

  private static int runBytes(long run) {
    return kindOf(run) == LONG_ZEROS ? 2 : 1;
  }

  /** How many registers are in a run. */
  private int countOf(long run) {
    int head = Memory.getUnsignedByte(run);
    if ((head & VALUES) != 0) {
      return (head & COUNT_MASK) + 1;
    }
    if ((head & LONG_ZEROS) == 0) {
      return (head & ZEROS_MASK) + 1;
    }
    // Of a broken one the second byte is missing.
    int low = run + 1 < end() ? Memory.getUnsignedByte(run + 1) : 0;
    return ((head & ZEROS_MASK) << Byte.SIZE | low) + 1;
  }

  private static int valueOf(long run) {
    int head = Memory.getUnsignedByte(run);
    return (head & VALUES) == 0 ? 0 : (head >>> VALUE_SHIFT & VALUE_MASK) + 1;
  }

  private static int values(int value, int count) {
    return VALUES | (value - 1) << VALUE_SHIFT | (count - 1);
  }

  private long end() {
    return address + length;
  }

  private void addZeros(int count) {
    if (count > MAX_SHORT_ZEROS) {
      pieces[pieceCount++] = (byte) (LONG_ZEROS | (count - 1) >>> Byte.SIZE);
      pieces[pieceCount++] = (byte) (count - 1);
    } else if (count > 0) {
      pieces[pieceCount++] = (byte) (count - 1);
    }
  }

  private void addValues(int value, int count) {
    if (count > 0) {
      pieces[pieceCount++] = (byte) values(value, count);
    }
  }

  private int raiseSparse(int index, int value) {
    if (value > MAX_SPARSE_VALUE) {
      return becomeDenseAndRaise(index, value);
    }
    long begin = address + HEAD_BYTES;
    long end = end();
    long previous = begin;
    long run = begin;
    int first = 0;
    int count = 0;
    while (run < end) {
      count = countOf(run);
      if (index < first + count) {
        break;
      }
      previous = run;
      run += runBytes(run);
      first += count;
    }
    if (run >= end) {
      return CORRUPT;
    }
    int oldValue = valueOf(run);
    if (oldValue >= value) {
      return 0;
    }
    int oldBytes = runBytes(run);
    pieceCount = 0;
    int before = index - first;
    int after = count - before - 1;
    if (oldValue == 0) {
      addZeros(before);
      addValues(value, 1);
      addZeros(after);
    } else {
      addValues(oldValue, before);
      addValues(value, 1);
      addValues(oldValue, after);
    }
    int growth = pieceCount - oldBytes;
    if (growth > 0 && length + growth > maxSparseBytes) {
      return becomeDenseAndRaise(index, value);
    }
    long next = Math.min(run + oldBytes, end);
    Memory.copy(next, run + pieceCount, end - next);
    length += growth;
    Memory.write(pieces, 0, pieceCount, run);
    joinRuns(previous);
    forgetEstimate();
    return 1;
  }

  /** Joins neighbours with the same value, as many as a change can have made. */
  private void joinRuns(long from) {
    long run = from;
    for (int i = 0; i < JOINED_RUNS && run < end(); i++) {
      long next = run + runBytes(run);
      if (kindOf(run) == VALUES && next < end() && kindOf(next) == VALUES) {
        int value = valueOf(run);
        int count = countOf(run) + countOf(next);
        if (value == valueOf(next) && count <= MAX_VALUES) {
          Memory.putByte(next, values(value, count));
          Memory.copy(next, run, end() - next);
          length--;
          continue; // with the joined one
        }
      }
      run = next;
    }
  }

  private int becomeDenseAndRaise(int index, int value) {
    return becomeDense() ? raiseDense(index, value) : CORRUPT;
  }

  /**
   * Makes sparse registers dense; there is room for {@link #DENSE_BYTES}.
   *
   * @return false if the bytes are corrupt
   */
  public boolean becomeDense() {
    if (isDense()) {
      return true;
    }
    byte[] registers = new byte[REGISTERS];
    if (!merge(registers)) {
      return false;
    }
    Memory.putByte(address + ENCODING, DENSE);
    length = DENSE_BYTES;
    long dense = address + HEAD_BYTES;
    Memory.fill(dense, DENSE_BYTES - HEAD_BYTES, 0);
    for (int i = 0; i < REGISTERS; i++) {
      if (registers[i] != 0) {
        putDense(dense, i, registers[i]);
      }
    }
    return true;
  }

  // ---- reading ----

  /**
   * Raises registers to this one's where these are greater.
   *
   * @return false if the bytes are corrupt
   */
  public boolean merge(byte[] registers) {
    if (isDense()) {
      for (int i = 0; i < REGISTERS; i++) {
        registers[i] = (byte) Math.max(registers[i], dense(address + HEAD_BYTES, i));
      }
      return true;
    }
    int index = 0;
    for (long run = address + HEAD_BYTES; run < end(); run += runBytes(run)) {
      int count = countOf(run);
      if (index + count > REGISTERS) {
        return false;
      }
      int value = valueOf(run);
      for (int i = index; i < index + count; i++) {
        registers[i] = (byte) Math.max(registers[i], value);
      }
      index += count;
    }
    return index == REGISTERS;
  }

  /** What {@link #estimate()} returns for bytes that are corrupt. */
  public static final long NO_ESTIMATE = -1;

  /** How many elements have been added, about; {@link #NO_ESTIMATE} if the bytes are corrupt. */
  public long estimate() {
    Arrays.fill(histogram, 0);
    if (isDense()) {
      for (int i = 0; i < REGISTERS; i++) {
        histogram[dense(address + HEAD_BYTES, i)]++;
      }
      return estimate(histogram);
    }
    int index = 0;
    for (long run = address + HEAD_BYTES; run < end(); run += runBytes(run)) {
      int count = countOf(run);
      if (index + count > REGISTERS) {
        return NO_ESTIMATE;
      }
      histogram[valueOf(run)] += count;
      index += count;
    }
    return index == REGISTERS ? estimate(histogram) : NO_ESTIMATE;
  }

  /** The same for registers that have been {@linkplain #merge merged}. */
  public long estimate(byte[] registers) {
    Arrays.fill(histogram, 0);
    for (byte register : registers) {
      histogram[register]++;
    }
    return estimate(histogram);
  }

  private static long estimate(int[] histogram) {
    double registers = REGISTERS;
    double sum = registers * tau((registers - histogram[RUN_BITS + 1]) / registers);
    for (int value = RUN_BITS; value >= 1; value--) {
      sum = (sum + histogram[value]) * 0.5;
    }
    sum += registers * sigma(histogram[0] / registers);
    return Math.round(ALPHA * registers * registers / sum);
  }

  /** Ertl's sigma: what registers of 0 add. */
  private static double sigma(double part) {
    if (part == 1) {
      return Double.POSITIVE_INFINITY;
    }
    double power = part;
    double factor = 1;
    double sum = part;
    double before;
    do {
      power *= power;
      before = sum;
      sum += power * factor;
      factor += factor;
    } while (before != sum);
    return sum;
  }

  /** Ertl's tau: what registers at their end add. */
  private static double tau(double part) {
    if (part == 0 || part == 1) {
      return 0;
    }
    double root = part;
    double factor = 1;
    double sum = 1 - part;
    double before;
    do {
      root = Math.sqrt(root);
      before = sum;
      factor *= 0.5;
      sum -= (1 - root) * (1 - root) * factor;
    } while (before != sum);
    return sum / 3;
  }

  /** The runs of a sparse one as text: z and Z for zeros, v for values. */
  public String describeRuns() {
    StringBuilder text = new StringBuilder();
    for (long run = address + HEAD_BYTES; run < end(); run += runBytes(run)) {
      text.append(text.isEmpty() ? "" : " ");
      switch (kindOf(run)) {
        case VALUES -> text.append("v:").append(valueOf(run)).append(',');
        case LONG_ZEROS -> text.append("Z:");
        default -> text.append("z:");
      }
      text.append(countOf(run));
    }
    return text.toString();
  }
}
