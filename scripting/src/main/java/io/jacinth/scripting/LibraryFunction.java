package io.jacinth.scripting;

import io.jacinth.lua.Function;

/**
 * A function that a library has registered.
 *
 * @param description null if it has none
 * @param flags a set of {@link ScriptFlag}s
 */
record LibraryFunction(String name, Function callback, String description, int flags) {}
