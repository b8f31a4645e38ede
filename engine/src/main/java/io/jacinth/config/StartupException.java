package io.jacinth.config;

/**
 * A configuration that a server cannot start with; the message is all that there is to tell, ready
 * to be printed.
 */
public final class StartupException extends Exception {
  private static final long serialVersionUID = 1;

  StartupException(String message) {
    super(message, null, false, false);
  }
}
