package io.jacinth.config;

/** A value that a setting does not take; the message is Redis's text for it. */
public final class SettingException extends Exception {
  private static final long serialVersionUID = 1;

  public SettingException(String message) {
    // an answer to a user, not a fault of the program: nobody looks at the stack
    super(message, null, false, false);
  }
}
