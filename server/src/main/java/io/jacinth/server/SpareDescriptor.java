package io.jacinth.server;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;

/** A file descriptor that is kept for the moment when there is no other. */
final class SpareDescriptor {
  private static final String ANY_FILE = Transport.IS_WINDOWS ? "NUL" : "/dev/null";

  /** Null when it is in use, or could not be had again. */
  private Closeable file;

  SpareDescriptor() {
    hold();
  }

  /** Keeps one, if there is one; false if not. */
  boolean hold() {
    if (file == null) {
      try {
        file = new FileInputStream(ANY_FILE);
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  /** Lets the next who needs a descriptor have it. */
  void release() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        // It was not written to: nothing can be lost.
      }
      file = null;
    }
  }
}
