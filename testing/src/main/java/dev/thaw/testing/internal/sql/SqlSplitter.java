package dev.thaw.testing.internal.sql;

import dev.thaw.testing.internal.sql.SqlScript.SqlStatement;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a script into statements as the {@code mysql} client does: at the delimiter, which {@code
 * DELIMITER} changes, but not within quotes and comments.
 *
 * <p>See https://dev.mysql.com/doc/refman/9.7/en/comments.html and
 * https://dev.mysql.com/doc/refman/9.7/en/string-literals.html.
 */
final class SqlSplitter {
  private static final String DIRECTIVE = "delimiter";

  private final String name;
  private final String text;
  private final List<SqlStatement> statements = new ArrayList<>();
  private String delimiter = ";";
  private int position;

  /** Where the statement that is being read begins, after white space and comments; or -1. */
  private int begin = -1;

  private SqlSplitter(String name, String text) {
    this.name = name;
    this.text = text;
  }

  /**
   * Splits a script.
   *
   * @param name its name, for errors
   * @throws IllegalArgumentException if it ends within quotes or a comment
   */
  static List<SqlStatement> split(String name, String script) {
    return new SqlSplitter(name, script.startsWith("\uFEFF") ? script.substring(1) : script)
        .split();
  }

  private List<SqlStatement> split() {
    while (position < text.length()) {
      char c = text.charAt(position);
      if (text.startsWith(delimiter, position)) {
        endStatement();
        position += delimiter.length();
      } else if (c == '\'' || c == '"' || c == '`') {
        beginStatement();
        skipQuotes(c);
      } else if (c == '#' || isDashComment()) {
        skipLine();
      } else if (text.startsWith("/*", position)) {
        // The server executes what stands in /*! */ and, if it is MariaDB, /*M! */.
        if (text.startsWith("/*!", position) || text.startsWith("/*M!", position)) {
          beginStatement();
        }
        skipBlockComment();
      } else if (begin < 0 && isDirective()) {
        readDirective();
      } else {
        if (!Character.isWhitespace(c)) {
          beginStatement();
        }
        position++;
      }
    }
    endStatement();
    return List.copyOf(statements);
  }

  private void beginStatement() {
    if (begin < 0) {
      begin = position;
    }
  }

  private void endStatement() {
    if (begin >= 0) {
      String statement = text.substring(begin, position).stripTrailing();
      statements.add(new SqlStatement(statement, lineAt(begin)));
      begin = -1;
    }
  }

  private void skipQuotes(char quote) {
    int opened = position++;
    while (position < text.length()) {
      char c = text.charAt(position);
      if (c == '\\' && quote != '`') {
        position += 2;
      } else if (c != quote) {
        position++;
      } else if (text.startsWith(String.valueOf(quote), position + 1)) {
        position += 2;
      } else {
        position++;
        return;
      }
    }
    throw unended("a quote " + quote, opened);
  }

  /** Two dashes start a comment only before white space or a control character. */
  private boolean isDashComment() {
    return text.startsWith("--", position)
        && (position + 2 == text.length() || text.charAt(position + 2) <= ' ');
  }

  private void skipLine() {
    int end = text.indexOf('\n', position);
    position = end < 0 ? text.length() : end;
  }

  private void skipBlockComment() {
    int end = text.indexOf("*/", position + 2);
    if (end < 0) {
      throw unended("a comment", position);
    }
    position = end + 2;
  }

  private boolean isDirective() {
    int end = position + DIRECTIVE.length();
    return text.regionMatches(true, position, DIRECTIVE, 0, DIRECTIVE.length())
        && end < text.length()
        && (text.charAt(end) == ' ' || text.charAt(end) == '\t')
        && text.substring(text.lastIndexOf('\n', position) + 1, position).isBlank();
  }

  private void readDirective() {
    int start = position + DIRECTIVE.length();
    skipLine();
    String value = text.substring(start, position).strip();
    if (value.isEmpty()) {
      throw new IllegalArgumentException(
          "the script " + name + ", line " + lineAt(start) + ", has DELIMITER without a value");
    }
    delimiter = value;
  }

  private int lineAt(int index) {
    return 1 + (int) text.substring(0, index).chars().filter(c -> c == '\n').count();
  }

  private IllegalArgumentException unended(String what, int opened) {
    return new IllegalArgumentException(
        "the script " + name + " ends within " + what + " that starts in line " + lineAt(opened));
  }
}
