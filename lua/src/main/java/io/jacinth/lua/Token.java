package io.jacinth.lua;

import java.util.HashMap;
import java.util.Map;

/** The kinds of tokens: a character stands for itself, words and what is longer follow. */
final class Token {
  static final int END_OF_STREAM = 256;
  static final int NAME = 257;
  static final int STRING = 258;
  static final int NUMBER = 259;
  static final int CONCATENATE = 260;
  static final int DOTS = 261;
  static final int EQUAL = 262;
  static final int GREATER_OR_EQUAL = 263;
  static final int LESS_OR_EQUAL = 264;
  static final int NOT_EQUAL = 265;
  static final int AND = 266;
  static final int BREAK = 267;
  static final int DO = 268;
  static final int ELSE = 269;
  static final int ELSEIF = 270;
  static final int END = 271;
  static final int FALSE = 272;
  static final int FOR = 273;
  static final int FUNCTION = 274;
  static final int IF = 275;
  static final int IN = 276;
  static final int LOCAL = 277;
  static final int NIL = 278;
  static final int NOT = 279;
  static final int OR = 280;
  static final int REPEAT = 281;
  static final int RETURN = 282;
  static final int THEN = 283;
  static final int TRUE = 284;
  static final int UNTIL = 285;
  static final int WHILE = 286;

  private static final String[] TEXTS = {
    "<eof>", "<name>", "<string>", "<number>", "..", "...", "==", ">=", "<=", "~=", "and", "break",
    "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local", "nil", "not",
    "or", "repeat", "return", "then", "true", "until", "while"
  };

  private static final Map<LuaString, Integer> WORDS = new HashMap<>();

  static {
    for (int token = AND; token <= WHILE; token++) {
      WORDS.put(LuaString.name(text(token)), token);
    }
  }

  private static final int LAST_CONTROL = 31;
  private static final int DELETE = 127;

  private Token() {}

  /** A token as texts of errors show it. */
  static String text(int token) {
    if (token >= END_OF_STREAM) {
      return TEXTS[token - END_OF_STREAM];
    }
    boolean control = token <= LAST_CONTROL || token == DELETE;
    return control ? "char(" + token + ")" : String.valueOf((char) token);
  }

  /** The token of a word: its own if it is reserved, else {@link #NAME}. */
  static int ofWord(LuaString word) {
    Integer reserved = WORDS.get(word);
    return reserved == null ? NAME : reserved;
  }
}
