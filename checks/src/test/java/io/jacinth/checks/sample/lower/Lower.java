package io.jacinth.checks.sample.lower;

import io.jacinth.checks.sample.higher.Higher;
import java.util.zip.CRC32;

/** A class that knows a higher layer, for the test of the rule against it. */
public final class Lower {
  private final CRC32 checksum;

  public Lower(CRC32 checksum) {
    this.checksum = checksum;
  }

  public long checksum() {
    return checksum.getValue();
  }

  public static String nameOfHigher() {
    return Higher.NAME.toString();
  }
}
