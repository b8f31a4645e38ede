package io.jacinth.config;

/** A setting that is a number. */
public final class NumberSetting extends Setting<Long> {
  private volatile long number;

  /** Whatever is said, the value is brought between these. */
  private long least = Long.MIN_VALUE;

  private long most = Long.MAX_VALUE;

  NumberSetting(String name, Syntax<Long> syntax, long defaultValue) {
    super(name, syntax, defaultValue);
    number = defaultValue;
  }

  /** The number; one of 2^63 or more as the largest {@code long}, a percentage as its negative. */
  public long asLong() {
    return number;
  }

  public int asInt() {
    return Math.clamp(number, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  /**
   * The number of bytes that a setting of bytes or per cent means.
   *
   * @param wholeBytes what the per cent are of
   */
  public long bytesOf(long wholeBytes) {
    long bytes = number;
    return bytes < 0 ? (long) (wholeBytes / 100.0 * -bytes) : bytes;
  }

  @Override
  void assign(Long newValue) {
    long stored = Math.clamp(newValue, least, most);
    super.assign(stored);
    boolean unsigned = syntax() instanceof NumberSyntax numbers && numbers.isUnsigned();
    number = unsigned && stored < 0 ? Long.MAX_VALUE : stored;
  }

  NumberSetting broughtBetween(long lower, long upper) {
    least = lower;
    most = upper;
    return this;
  }

  @Override
  NumberSetting also(String... names) {
    super.also(names);
    return this;
  }

  @Override
  NumberSetting fixed() {
    super.fixed();
    return this;
  }

  @Override
  NumberSetting hidden() {
    super.hidden();
    return this;
  }

  @Override
  NumberSetting inert(Inert reason) {
    super.inert(reason);
    return this;
  }
}
