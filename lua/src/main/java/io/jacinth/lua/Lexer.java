package io.jacinth.lua;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Cuts source text into tokens. */
final class Lexer {
  private static final int END = -1;
  private static final int MAX_BYTE = 255;
  private static final int MAX_ESCAPE_DIGITS = 3;

  /** Tokens between two looks at the stop flag. */
  private static final int POLL_INTERVAL = 1024;

  private final Lua lua;

  /** What has been given of the source and is being read, and what gives the rest. */
  private byte[] piece;

  private final SourcePieces pieces;

  /** The source's name in texts of errors. */
  private final String name;

  private int position;
  private int character;

  /** The text of the token being read: texts of errors show it. */
  private byte[] buffer = new byte[32];

  private int bufferLength;

  /** Strings of the chunk, so that equal ones are the same object. */
  private final Map<LuaString, LuaString> strings = new HashMap<>();

  /** The current token, and its meaning if it is a name, a string or a number. */
  int token;

  LuaString string;
  double number;

  /** The line of the current token. */
  int line = 1;

  /** The line of the token before. */
  int lastLine = 1;

  private int tokens;
  private boolean hasAhead;
  private int ahead;
  private LuaString aheadString;
  private double aheadNumber;

  Lexer(Lua lua, SourcePieces pieces, String name) {
    this.lua = lua;
    this.pieces = pieces;
    this.name = name;
    openPiece();
  }

  /** Goes to the next token. */
  void next() {
    if (++tokens % POLL_INTERVAL == 0) {
      lua.poll();
    }
    lastLine = line;
    if (hasAhead) {
      hasAhead = false;
      token = ahead;
      string = aheadString;
      number = aheadNumber;
    } else {
      token = read();
    }
  }

  /** The token after the current one. */
  int peek() {
    LuaString currentString = string;
    double currentNumber = number;
    ahead = read();
    aheadString = string;
    aheadNumber = number;
    hasAhead = true;
    string = currentString;
    number = currentNumber;
    return ahead;
  }

  // Errors

  /** An error at the current token. */
  LuaError syntaxError(String message) {
    return error(message, text(token));
  }

  /** An error that shows no token. */
  LuaError error(String message) {
    return new LuaError(name + ":" + line + ": " + message);
  }

  private LuaError error(String message, String near) {
    return error(message + " near '" + near + "'");
  }

  private String text(int shown) {
    return switch (shown) {
      case Token.NAME, Token.STRING, Token.NUMBER -> bufferText();
      default -> Token.text(shown);
    };
  }

  private String bufferText() {
    // as C ends strings
    int end = 0;
    while (end < bufferLength && buffer[end] != 0) {
      end++;
    }
    return LuaString.copyOf(buffer, 0, end).toString();
  }

  // Characters

  private void advance() {
    position++;
    if (position < piece.length) {
      character = piece[position] & MAX_BYTE;
    } else {
      openPiece();
    }
  }

  private void openPiece() {
    piece = pieces.next();
    position = 0;
    character = piece.length > 0 ? piece[0] & MAX_BYTE : END;
  }

  private void save(int saved) {
    if (bufferLength == buffer.length) {
      lua.charge(2L * bufferLength);
      buffer = Arrays.copyOf(buffer, 2 * bufferLength);
    }
    buffer[bufferLength++] = (byte) saved;
  }

  private void saveAndAdvance() {
    save(character);
    advance();
  }

  private boolean isNewLine() {
    return character == '\n' || character == '\r';
  }

  /** Leaves a line behind; its end may be one character or two different ones. */
  private void skipNewLine() {
    int first = character;
    advance();
    if (isNewLine() && character != first) {
      advance();
    }
    line++;
  }

  private static boolean isDigit(int character) {
    return character >= '0' && character <= '9';
  }

  private static boolean isNameStart(int character) {
    int letter = character | 0x20;
    return (letter >= 'a' && letter <= 'z') || character == '_';
  }

  private static boolean isNamePart(int character) {
    return isNameStart(character) || isDigit(character);
  }

  // Tokens

  private int read() {
    bufferLength = 0;
    while (true) {
      switch (character) {
        case '\n', '\r' -> skipNewLine();
        case ' ', '\t', '\f', 0x0b -> advance();
        case END -> {
          return Token.END_OF_STREAM;
        }
        case '-' -> {
          advance();
          if (character != '-') {
            return '-';
          }
          advance();
          skipComment();
        }
        case '[' -> {
          int level = longBracket();
          if (level >= 0) {
            string = longString(level, true);
            return Token.STRING;
          } else if (level == NO_BRACKET) {
            return '[';
          }
          throw error("invalid long string delimiter", bufferText());
        }
        case '=' -> {
          return withEqualSign('=', Token.EQUAL);
        }
        case '<' -> {
          return withEqualSign('<', Token.LESS_OR_EQUAL);
        }
        case '>' -> {
          return withEqualSign('>', Token.GREATER_OR_EQUAL);
        }
        case '~' -> {
          return withEqualSign('~', Token.NOT_EQUAL);
        }
        case '"', '\'' -> {
          string = quotedString();
          return Token.STRING;
        }
        case '.' -> {
          saveAndAdvance();
          if (character == '.') {
            advance();
            if (character == '.') {
              advance();
              return Token.DOTS;
            }
            return Token.CONCATENATE;
          } else if (!isDigit(character)) {
            return '.';
          }
          number = numeral();
          return Token.NUMBER;
        }
        default -> {
          return wordOrNumber();
        }
      }
    }
  }

  private int wordOrNumber() {
    if (isDigit(character)) {
      number = numeral();
      return Token.NUMBER;
    } else if (isNameStart(character)) {
      do {
        saveAndAdvance();
      } while (isNamePart(character));
      string = shared(LuaString.copyOf(buffer, 0, bufferLength));
      return Token.ofWord(string);
    }
    int single = character;
    advance();
    return single;
  }

  private int withEqualSign(int alone, int both) {
    advance();
    if (character != '=') {
      return alone;
    }
    advance();
    return both;
  }

  private LuaString shared(LuaString fresh) {
    LuaString known = strings.get(fresh);
    if (known == null) {
      known = LuaString.known(fresh);
      strings.put(known, known);
    }
    return known;
  }

  private double numeral() {
    while (isDigit(character) || character == '.') {
      saveAndAdvance();
    }
    if (character == 'e' || character == 'E') {
      saveAndAdvance();
      if (character == '+' || character == '-') {
        saveAndAdvance();
      }
    }
    while (isNamePart(character)) {
      saveAndAdvance();
    }
    double value = NumberText.parse(buffer, 0, bufferLength);
    if (NumberText.isNoNumber(value)) {
      throw error("malformed number", bufferText());
    }
    return value;
  }

  private void skipComment() {
    if (character == '[') {
      int level = longBracket();
      bufferLength = 0;
      if (level >= 0) {
        longString(level, false);
        bufferLength = 0;
        return;
      }
    }
    while (!isNewLine() && character != END) {
      advance();
    }
  }

  /** What {@link #longBracket} says when there is one square bracket, or one with signs only. */
  private static final int NO_BRACKET = -1;

  /**
   * Reads a square bracket and the equals signs after it; stands at the character after these.
   *
   * @return how many signs there are if a second bracket follows, else less than 0
   */
  private int longBracket() {
    int bracket = character;
    saveAndAdvance();
    int signs = 0;
    while (character == '=') {
      saveAndAdvance();
      signs++;
    }
    return character == bracket ? signs : NO_BRACKET - signs;
  }

  private LuaString longString(int level, boolean isString) {
    saveAndAdvance();
    if (isNewLine()) {
      skipNewLine();
    }
    while (true) {
      switch (character) {
        case END ->
            throw error(
                isString ? "unfinished long string" : "unfinished long comment",
                Token.text(Token.END_OF_STREAM));
        case ']' -> {
          if (longBracket() == level) {
            saveAndAdvance();
            if (!isString) {
              return null;
            }
            int brackets = 2 + level;
            return shared(LuaString.copyOf(buffer, brackets, bufferLength - brackets));
          }
        }
        case '\n', '\r' -> {
          save('\n');
          skipNewLine();
          if (!isString) {
            bufferLength = 0;
          }
        }
        default -> {
          if (isString) {
            saveAndAdvance();
          } else {
            advance();
          }
        }
      }
    }
  }

  private LuaString quotedString() {
    int quote = character;
    saveAndAdvance();
    while (character != quote) {
      switch (character) {
        case END -> throw error("unfinished string", Token.text(Token.END_OF_STREAM));
        case '\n', '\r' -> throw error("unfinished string", bufferText());
        case '\\' -> escape();
        default -> saveAndAdvance();
      }
    }
    saveAndAdvance();
    return shared(LuaString.copyOf(buffer, 1, bufferLength - 1));
  }

  private void escape() {
    advance();
    switch (character) {
      case 'a' -> saveInstead(0x07);
      case 'b' -> saveInstead('\b');
      case 'f' -> saveInstead('\f');
      case 'n' -> saveInstead('\n');
      case 'r' -> saveInstead('\r');
      case 't' -> saveInstead('\t');
      case 'v' -> saveInstead(0x0b);
      case '\n', '\r' -> {
        save('\n');
        skipNewLine();
      }
      case END -> {
        // the caller complains
      }
      default -> {
        if (isDigit(character)) {
          decimalEscape();
        } else {
          saveAndAdvance();
        }
      }
    }
  }

  private void saveInstead(int meant) {
    save(meant);
    advance();
  }

  private void decimalEscape() {
    int value = 0;
    for (int digits = 0; digits < MAX_ESCAPE_DIGITS && isDigit(character); digits++) {
      value = 10 * value + character - '0';
      advance();
    }
    if (value > MAX_BYTE) {
      throw error("escape sequence too large", bufferText());
    }
    save(value);
  }
}
