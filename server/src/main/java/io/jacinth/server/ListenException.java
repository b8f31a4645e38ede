package io.jacinth.server;

import java.io.IOException;

/** An address or a path that connections cannot be accepted at. */
public final class ListenException extends IOException {
  private static final long serialVersionUID = 1;

  ListenException(String message, Throwable cause) {
    super(message, cause);
  }
}
