package io.jacinth.scripting;

import io.jacinth.lua.Closure;
import io.jacinth.lua.Function;

/**
 * A function that a library has registered.
 *
 * @param description null if it has none
 * @param flags a set of {@link ScriptFlag}s
 * @param endsByItself whether it certainly comes to its end
 */
record LibraryFunction(
    String name, Function callback, String description, int flags, boolean endsByItself) {
  LibraryFunction(String name, Function callback, String description, int flags) {
    this(
        name,
        callback,
        description,
        flags,
        callback instanceof Closure closure && Script.endsByItself(closure.prototype()));
  }
}
