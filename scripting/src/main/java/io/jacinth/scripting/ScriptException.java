package io.jacinth.scripting;

/** Why a script or library is refused: an error reply without its dash. */
final class ScriptException extends Exception {
  private static final long serialVersionUID = 1;

  ScriptException(String message) {
    super(message, null, false, false);
  }
}
