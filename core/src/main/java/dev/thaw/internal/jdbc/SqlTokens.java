package dev.thaw.internal.jdbc;

/**
 * The tokens of a SQL text as MySQL's and MariaDB's lexers see them, without spaces and comments.
 *
 * <p>Where the servers disagree or sql_mode decides, the token is {@link #UNCLEAR}. Not
 * thread-safe.
 */
final class SqlTokens {

  /** The end of the text. */
  static final int END = -1;

  /** A keyword, a name without quotes or a number. */
  static final int WORD = 1;

  /** A name in backticks, or what stands in double quotes: a name if sql_mode has ANSI_QUOTES. */
  static final int QUOTED = 2;

  /** A string in single quotes. */
  static final int STRING = 3;

  /** The two characters before a system variable's name. */
  static final int SYSTEM_VARIABLE = 4;

  /** What is a comment or not depending on the server, or no character of SQL at all. */
  static final int UNCLEAR = 5;

  /** A string or comment whose end cannot be told: nothing is known of the rest of the text. */
  static final int UNREADABLE = 6;

  private static final byte SPACE = 1;
  private static final byte LETTER = 2;
  private static final byte CONTROL = 3;
  private static final byte[] CLASSES = classes();

  private final String sql;
  private final int length;
  private int position;
  private int start;

  SqlTokens(String sql) {
    this.sql = sql;
    this.length = sql.length();
  }

  /** Returns the index of the token's first character. */
  int start() {
    return start;
  }

  /** Returns the index behind the token's last character. */
  int end() {
    return position;
  }

  /** Returns the next token: one of the constants of this class, or a character of punctuation. */
  int next() {
    if (!skipBlanks()) {
      start = length;
      position = length;
      return UNREADABLE;
    }
    start = position;
    if (position >= length) {
      return END;
    }
    char c = sql.charAt(position);
    if (isLetter(c)) {
      return word();
    }
    if (c == '\'') {
      return quoted(c) ? STRING : UNREADABLE;
    }
    if (c == '"' || c == '`') {
      return quoted(c) ? QUOTED : UNREADABLE;
    }
    return symbol(c);
  }

  private int symbol(char c) {
    int next = at(position + 1);
    if (c == '/' && next == '*') {
      // Its text is code to one server or another, so it is read as code.
      position += 2;
      return UNCLEAR;
    }
    if (c == '@' && next == '@') {
      position += 2;
      return SYSTEM_VARIABLE;
    }
    position++;
    return c == '\\' || CLASSES[c] == CONTROL ? UNCLEAR : c;
  }

  /**
   * Moves on to the next character that is neither space nor comment.
   *
   * @return false if a comment does not end
   */
  private boolean skipBlanks() {
    while (position < length) {
      char c = sql.charAt(position);
      if (isSpace(c)) {
        position++;
      } else if (c == '#' || (c == '-' && isDashComment())) {
        // Only a line feed ends it: a carriage return does not.
        int lineFeed = sql.indexOf('\n', position);
        position = lineFeed < 0 ? length : lineFeed;
      } else if (c == '/' && isComment()) {
        int close = sql.indexOf("*/", position + 2);
        if (close < 0) {
          return false;
        }
        position = close + 2;
      } else {
        return true;
      }
    }
    return true;
  }

  /** Returns whether two dashes begin a comment here: "--1" is a sum. */
  private boolean isDashComment() {
    if (at(position + 1) != '-') {
      return false;
    }
    int next = position + 2;
    return next >= length || isSpace(sql.charAt(next));
  }

  /** Returns whether a comment begins here that no server executes or takes for a hint. */
  private boolean isComment() {
    if (at(position + 1) != '*') {
      return false;
    }
    int c = at(position + 2);
    return c != '!' && c != '+' && !((c == 'M' || c == 'm') && at(position + 3) == '!');
  }

  private int word() {
    char first = sql.charAt(position);
    int i = position + 1;
    while (i < length && isLetter(sql.charAt(i))) {
      i++;
    }
    position = i;
    return first >= '0' && first <= '9' && !isNumber(start, i) ? UNCLEAR : WORD;
  }

  /** Returns whether it is all one number: the server reads "1.5into" as two tokens. */
  private boolean isNumber(int from, int to) {
    int i = from;
    boolean hexadecimal = sql.charAt(i) == '0' && i + 1 < to && (sql.charAt(i + 1) | 0x20) == 'x';
    if (hexadecimal) {
      i += 2;
    }
    boolean exponent = hexadecimal;
    for (; i < to; i++) {
      int c = sql.charAt(i) | 0x20;
      if (c < '0' || c > '9') {
        boolean known = hexadecimal ? c >= 'a' && c <= 'f' : c == 'e' && !exponent;
        if (!known) {
          return false;
        }
        exponent = true;
      }
    }
    return true;
  }

  /**
   * Moves behind the closing quote.
   *
   * <p>A backslash matters only right before a quote: sql_mode says whether the string ends there.
   *
   * @return false if there is none, or if sql_mode decides which it is
   */
  private boolean quoted(char quote) {
    int i = position + 1;
    while (i < length) {
      char c = sql.charAt(i);
      if (c == quote) {
        if (at(i + 1) != quote) {
          position = i + 1;
          return true;
        }
        i++;
      } else if (c == '\\' && quote != '`') {
        if (at(i + 1) == quote) {
          break;
        }
        i++;
      }
      i++;
    }
    position = length;
    return false;
  }

  private int at(int index) {
    return index < length ? sql.charAt(index) : END;
  }

  private static boolean isSpace(char c) {
    return c < CLASSES.length && CLASSES[c] == SPACE;
  }

  /** Returns whether a word can hold the character: every one beyond ASCII is a letter to MySQL. */
  private static boolean isLetter(char c) {
    return c >= CLASSES.length || CLASSES[c] == LETTER;
  }

  private static byte[] classes() {
    byte[] classes = new byte[128];
    for (char c = 0; c < classes.length; c++) {
      boolean letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
      if (letter || (c >= '0' && c <= '9') || c == '_' || c == '$') {
        classes[c] = LETTER;
      } else if (c == ' ' || (c >= '\t' && c <= '\r')) {
        classes[c] = SPACE;
      } else if (c < ' ' || c == 0x7f) {
        classes[c] = CONTROL;
      }
    }
    return classes;
  }
}
