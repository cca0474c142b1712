package dev.thaw.internal.util;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a message shows of a value that was set: anything may stand in the wrong place, a secret
 * too.
 *
 * <p>Shown are short words and numbers: no password that Secrets Manager makes, or that MySQL's
 * {@code validate_password} accepts, is one. Of other values only the length is told, and the first
 * character that is not allowed.
 */
public final class Shown {
  private static final int LONGEST_WORD = 24;
  private static final int LONGEST_NUMBER = 7;
  private static final int LONGEST_UNIT = 2;
  private static final int LONGEST_PATH = 255;
  private static final Pattern FILE = Pattern.compile(".*\\.(?:pem|crt|cer|der|json|txt)");

  private Shown() {}

  /** Returns the value in quotation marks, or what it is instead. */
  public static String value(String value) {
    return value(value, -1);
  }

  /**
   * Returns the value in quotation marks, or what it is instead.
   *
   * @param wrong the index of the first character that is not allowed; negative for none
   */
  static String value(String value, int wrong) {
    if (isShown(value)) {
      return "'" + value + "'";
    }
    int length = value.length();
    return "a value of "
        + length
        + (length == 1 ? " character" : " characters")
        + " (not shown, it may be a secret"
        + (wrong < 0 || wrong >= length
            ? ")"
            : "; character " + (wrong + 1) + " is " + character(value.codePointAt(wrong)) + ")");
  }

  /**
   * Returns a path as it is, or what it is instead if paths rarely look like that. Keys of AWS have
   * slashes and passwords have dots too: what is shown has a known ending, or is in a folder that
   * is there.
   */
  public static String path(Path path) {
    String text = path.toString();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isLetterOrDigit(c) && " /\\:._-+~".indexOf(c) < 0) {
        return value(text, i);
      }
    }
    return text.length() <= LONGEST_PATH && (FILE.matcher(text).matches() || isInFolder(path))
        ? text
        : value(text);
  }

  private static boolean isInFolder(Path path) {
    Path folder = path.getParent();
    return folder != null && folder.getFileName() != null && Files.isDirectory(folder);
  }

  /** Returns a failure whose message names the path, without the message if that is not shown. */
  public static Exception cause(Path path, Exception failure) {
    return path(path).equals(path.toString()) ? failure : HiddenFailure.of(failure);
  }

  /** Returns whether a value is shown as it is. */
  public static boolean isShown(String value) {
    return isWord(value) || isNumber(value);
  }

  private static boolean isWord(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (!isLetter(c) && c != '_' && c != '-') {
        return false;
      }
    }
    return !value.isEmpty() && value.length() <= LONGEST_WORD;
  }

  private static boolean isNumber(String value) {
    int start = value.startsWith("-") || value.startsWith("+") ? 1 : 0;
    int end = start;
    while (end < value.length() && isDigit(value.charAt(end))) {
      end++;
    }
    int digits = end - start;
    if (digits == 0 || digits > LONGEST_NUMBER || value.length() - end > LONGEST_UNIT) {
      return false;
    }
    for (int i = end; i < value.length(); i++) {
      if (!isLetter(value.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static String character(int c) {
    if (c > ' ' && c < 0x7f && !isLetterOrDigit((char) c)) {
      return "'" + (char) c + "'";
    }
    if (c == ' ') {
      return "a space";
    }
    // A letter or a digit is told by its kind only: it is a part of the value.
    return c < 0x7f && isLetterOrDigit((char) c)
        ? "a letter or a digit"
        : String.format(Locale.ROOT, "U+%04X", c);
  }

  static boolean isLetterOrDigit(char c) {
    return isLetter(c) || isDigit(c);
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
