package io.jacinth.scripting;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A library: its code and the functions that it has registered. */
final class FunctionLibrary {
  /** What texts of errors call its code. */
  static final String CHUNK_NAME = "@user_function";

  private static final String ENGINE = "lua";
  private static final String NAME_OPTION = "name=";

  private static final String BAD_METADATA = "ERR Invalid library metadata";

  static final String BAD_NAME =
      "ERR Library names can only contain letters, numbers, or underscores(_) and must be at least"
          + " one character long";

  private final String name;
  private final byte[] code;

  /** By their names in lower case. */
  private final Map<String, LibraryFunction> functions = new LinkedHashMap<>();

  private FunctionLibrary(String name, byte[] code) {
    this.name = name;
    this.code = code;
  }

  /** A library without functions, named as its first line says. */
  static FunctionLibrary of(byte[] code) throws ScriptException {
    if (!Shebang.isIn(code)) {
      throw new ScriptException("ERR Missing library metadata");
    }
    Shebang shebang = Shebang.of(code, BAD_METADATA, BAD_METADATA);
    String name = null;
    for (String option : shebang.options()) {
      if (!option.regionMatches(true, 0, NAME_OPTION, 0, NAME_OPTION.length())) {
        throw new ScriptException("ERR Invalid metadata value given: " + option);
      }
      if (name != null) {
        throw new ScriptException(
            "ERR Invalid metadata value, name argument was given multiple times");
      }
      name = option.substring(NAME_OPTION.length());
    }
    if (name == null) {
      throw new ScriptException("ERR Library name was not given");
    }
    if (!isName(name)) {
      throw new ScriptException(BAD_NAME);
    }
    String engine = shebang.engine().substring(Shebang.MARK.length());
    if (!engine.equalsIgnoreCase(ENGINE)) {
      throw new ScriptException("ERR Engine '" + engine + "' not found");
    }
    return new FunctionLibrary(name, code);
  }

  static boolean isName(String name) {
    return name.matches("[A-Za-z0-9_]+");
  }

  String name() {
    return name;
  }

  byte[] code() {
    return code;
  }

  Map<String, LibraryFunction> functions() {
    return functions;
  }

  /** Adds a function; false if there is one of its name. */
  boolean add(LibraryFunction function) {
    return functions.putIfAbsent(function.name().toLowerCase(Locale.ROOT), function) == null;
  }
}
