package dev.thaw.secrets;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parses the text of a {@code .env} file as Node's dotenv does (16 to 18), which the helper that
 * Thaw succeeds was used with.
 *
 * <p>{@code NAME=value} or {@code NAME: value}, after {@code export} if that is there; {@code #}
 * begins a comment, except within quotation marks. Values within {@code '}, {@code "} or {@code `}
 * may have several lines; within {@code "} also {@code \n} and {@code \r} stand for line ends. The
 * last of several equal names counts.
 *
 * <p>What dotenv passes over in silence, or takes with half of its quotation marks, is a problem
 * here, told by the number of its line. Not thread-safe.
 */
final class DotenvParser {
  // More are no help.
  private static final int MOST_PROBLEMS = 5;

  private final Map<String, String> values = new HashMap<>();
  private final List<String> problems;
  private final String file;
  private final String text;
  private int position;

  private DotenvParser(String file, String text, List<String> problems) {
    this.file = file;
    this.text = text.replace("\r\n", "\n").replace('\r', '\n');
    this.problems = problems;
  }

  /**
   * Returns the values, and adds to the problems.
   *
   * @param file names the file in the problems
   */
  static Map<String, String> parse(String file, String text, List<String> problems) {
    DotenvParser parser = new DotenvParser(file, text, problems);
    parser.all();
    return parser.values;
  }

  private void all() {
    int found = 0;
    while (true) {
      skipBlank(true);
      if (position == text.length()) {
        return;
      }
      int start = position;
      String problem = text.charAt(start) == '#' ? null : entry();
      if (problem != null && found++ < MOST_PROBLEMS) {
        problems.add(file + ", line " + line(start) + ", " + problem + " (text not shown)");
      }
      position = lineEnd(position);
    }
  }

  /** Reads an entry up to somewhere in its last line; returns what is wrong with it. */
  private @Nullable String entry() {
    String name = name();
    boolean spaced = skipBlank(false);
    if (name.equals("export") && spaced && isNamePart(charAt(position))) {
      name = name();
      spaced = skipBlank(false);
    }
    char sign = charAt(position);
    char next = charAt(position + 1);
    boolean colon = sign == ':' && !spaced && next != '\n' && isBlank(next);
    if (name.isEmpty() || !(sign == '=' || colon)) {
      return "is not NAME=value";
    }
    position++;
    skipBlank(false);
    char quote = charAt(position);
    return quote == '"' || quote == '\'' || quote == '`' ? quoted(name, quote) : plain(name);
  }

  private String name() {
    int start = position;
    while (isNamePart(charAt(position))) {
      position++;
    }
    return text.substring(start, position);
  }

  private @Nullable String plain(String name) {
    values.put(name, restOfLine());
    return null;
  }

  private @Nullable String quoted(String name, char quote) {
    int start = position;
    int close = close(start, quote);
    String value;
    if (close >= 0) {
      value = text.substring(start + 1, close);
      position = close + 1;
    } else {
      // Quotation marks inside of others of their kind: what is between the outer ones counts.
      String rest = restOfLine();
      if (rest.length() < 2 || rest.charAt(rest.length() - 1) != quote) {
        return rest.indexOf(quote, 1) < 0
            ? "opens a quotation mark that is not closed"
            : "has text behind a closing quotation mark";
      }
      value = rest.substring(1, rest.length() - 1);
    }
    values.put(name, quote == '"' ? value.replace("\\n", "\n").replace("\\r", "\r") : value);
    return null;
  }

  /**
   * Returns where a value ends: at the first mark without a backslash, or at the last one with, as
   * in {@code 'C:\'}; behind it nothing but a comment may be on the line. Negative for none.
   */
  private int close(int open, char quote) {
    int close = text.indexOf(quote, open + 1);
    while (close >= 0 && text.charAt(close - 1) == '\\') {
      close = text.indexOf(quote, close + 1);
    }
    int last = close < 0 ? text.length() : close;
    while (last > open) {
      if (last < text.length() && endsLine(last + 1)) {
        return last;
      }
      last = text.lastIndexOf(quote, last - 1);
    }
    return -1;
  }

  private boolean endsLine(int from) {
    int i = from;
    while (i < text.length() && text.charAt(i) != '\n' && isBlank(text.charAt(i))) {
      i++;
    }
    char c = charAt(i);
    return i == text.length() || c == '\n' || c == '#';
  }

  /** Returns what is left of a line before a comment, without the white space around it. */
  private String restOfLine() {
    int end = position;
    while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '#') {
      end++;
    }
    while (end > position && isBlank(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(position, end);
  }

  /** Skips white space, and line ends too if told so; returns whether there was any. */
  private boolean skipBlank(boolean lines) {
    int start = position;
    while (position < text.length()
        && isBlank(text.charAt(position))
        && (lines || text.charAt(position) != '\n')) {
      position++;
    }
    return position > start;
  }

  private int lineEnd(int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end;
  }

  private int line(int at) {
    int line = 1;
    for (int i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) {
      line++;
    }
    return line;
  }

  /** Returns a character, a line end for the end of the text. */
  private char charAt(int index) {
    return index < text.length() ? text.charAt(index) : '\n';
  }

  private static boolean isNamePart(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "_.-".indexOf(c) >= 0;
  }

  /** White space as JavaScript has it, to which the byte order mark belongs. */
  private static boolean isBlank(char c) {
    return (c >= '\t' && c <= '\r') || Character.isSpaceChar(c) || c == '\uFEFF';
  }
}
