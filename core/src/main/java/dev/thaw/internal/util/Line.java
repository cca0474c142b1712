package dev.thaw.internal.util;

import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;

/**
 * Text from a server or a service, made one line of bounded length: an impostor in its place could
 * otherwise write lines of a log.
 */
public final class Line {
  // MySQL's own limit, MYSQL_ERRMSG_SIZE; AWS's messages with two ARNs have some 400.
  private static final int LONGEST = 512;

  private Line() {}

  /** Returns the text on one line, cut off after 512 characters; empty for {@code null}. */
  public static String of(@Nullable String text) {
    if (text == null || isLine(text)) {
      return text == null ? "" : text;
    }
    StringBuilder line = new StringBuilder(Math.min(text.length(), LONGEST + 1));
    boolean gap = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isUnwanted(c)) {
        gap = line.length() > 0;
        continue;
      }
      if (line.length() + (gap ? 1 : 0) >= LONGEST) {
        return line.append('…').toString();
      }
      if (gap) {
        line.append(' ');
        gap = false;
      }
      line.append(c);
    }
    return line.toString();
  }

  private static boolean isLine(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isUnwanted(text.charAt(i))) {
        return false;
      }
    }
    return text.length() <= LONGEST;
  }

  private static boolean isUnwanted(char c) {
    return switch (Character.getType(c)) {
      // The formats are characters that change the direction of what follows, or are not seen.
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  /**
   * Returns what the driver has thrown, with each message on one line.
   *
   * @return the given exception, unless it has to be made anew for that
   */
  public static SQLException of(SQLException failure) {
    String message = failure.getMessage();
    if (message == null || isLine(message) || isOfDriver(failure, message)) {
      return failure;
    }
    SQLException line = anew(failure, of(message));
    line.setStackTrace(failure.getStackTrace());
    return line;
  }

  /** The driver's own text for a lost connection has an empty line in it. */
  private static boolean isOfDriver(SQLException failure, String message) {
    return failure.getErrorCode() == 0 && message.startsWith("Communications link failure");
  }

  private static SQLException anew(SQLException failure, String message) {
    String state = failure.getSQLState();
    int code = failure.getErrorCode();
    // Without the cause: it holds the same text.
    if (failure instanceof SQLInvalidAuthorizationSpecException) {
      return new SQLInvalidAuthorizationSpecException(message, state, code);
    }
    if (failure instanceof SQLNonTransientConnectionException) {
      return new SQLNonTransientConnectionException(message, state, code);
    }
    if (failure instanceof SQLTransientConnectionException) {
      return new SQLTransientConnectionException(message, state, code);
    }
    return failure instanceof SQLRecoverableException
        ? new SQLRecoverableException(message, state, code)
        : new SQLException(message, state, code);
  }
}
