package dev.thaw.internal.mysql;

import com.mysql.cj.CharsetMapping;
import com.mysql.cj.conf.PropertyKey;
import dev.thaw.FailureKind;
import dev.thaw.internal.settings.SettingNames;
import dev.thaw.internal.util.Causes;
import dev.thaw.internal.util.HiddenFailure;
import dev.thaw.internal.util.Shown;
import java.nio.charset.Charset;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The values of the application's driver properties: what the driver would find wrong with them
 * only when it connects, or never, is an error at the start; and no message repeats one that may be
 * a secret.
 */
final class DriverPropertyValues {
  // The driver would keep them from the login of this library, or lose them with a reset.
  private static final Pattern OWN_VARIABLE =
      Pattern.compile(
          "(?i)\\b(autocommit|(?:transaction|tx)_(?:isolation|read_only)|character_set_\\w+"
              + "|collation_connection)\\b");

  // Assigned, and not read: what follows the start, or the end of another assignment.
  private static final Pattern BEYOND_SESSION =
      Pattern.compile("(?i)(?:^|[,;])(?:\\s|/\\*.*?\\*/)*(?:@@\\s*)?(global|persist(?:_only)?)\\b");

  private static final Pattern CHARSETS = Pattern.compile("[^:,]+:[^:,]+(?:,[^:,]+:[^:,]+)*");

  private DriverPropertyValues() {}

  /**
   * Checks what the definition of a property leaves open.
   *
   * @throws IllegalArgumentException if the value is not allowed
   */
  static void check(PropertyKey key, String value, SettingNames names) {
    switch (key) {
      case sessionVariables -> checkVariables(value, names);
      case connectionTimeZone -> {
        if (!isTimeZone(value)) {
          throw wrong(key, value, "LOCAL, SERVER, or a time zone such as Europe/Berlin or +01:00");
        }
      }
      case clobCharacterEncoding, passwordCharacterEncoding -> {
        if (!isCharset(value)) {
          throw wrong(key, value, "a character encoding that Java knows");
        }
      }
      case customCharsetMapping -> {
        if (!value.isEmpty() && !CHARSETS.matcher(value).matches()) {
          throw wrong(key, value, "charset:encoding,charset:encoding");
        }
      }
      default -> {}
    }
  }

  /**
   * Checks what depends on several properties.
   *
   * @throws IllegalArgumentException if a value is not allowed
   */
  static void checkTogether(Map<String, String> properties) {
    PropertyKey key = PropertyKey.connectionCollation;
    String collation = properties.getOrDefault(key.getKeyName(), "");
    boolean custom =
        Boolean.parseBoolean(properties.get(PropertyKey.detectCustomCollations.getKeyName()));
    // The driver would pass an unknown one over, without a word.
    if (!collation.isEmpty() && !custom && !isCollation(collation)) {
      throw wrong(
          key,
          collation,
          "a collation that the driver knows; for others of the server detectCustomCollations=true");
    }
  }

  private static IllegalArgumentException wrong(PropertyKey key, String value, String allowed) {
    return new IllegalArgumentException(
        "The driver property "
            + key.getKeyName()
            + " has a wrong value: "
            + Shown.value(value)
            + ", allowed: "
            + allowed);
  }

  private static void checkVariables(String value, SettingNames names) {
    Matcher beyond = BEYOND_SESSION.matcher(value);
    if (beyond.find()) {
      throw new IllegalArgumentException(
          "The driver property sessionVariables cannot set "
              + beyond.group(1)
              + " variables: each connection would change the server for all others");
    }
    Matcher own = OWN_VARIABLE.matcher(value);
    if (own.find()) {
      throw new IllegalArgumentException(
          "The driver property sessionVariables cannot set "
              + own.group(1)
              + ": "
              + DriverProperties.ownState(names));
    }
  }

  private static boolean isTimeZone(String value) {
    if (value.isBlank() || value.equals("LOCAL") || value.equals("SERVER")) {
      return true;
    }
    try {
      ZoneId.of(value);
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static boolean isCharset(String value) {
    try {
      return value.isEmpty() || Charset.isSupported(value);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isCollation(String name) {
    for (int i = 1; i < CharsetMapping.MAP_SIZE; i++) {
      if (name.equals(CharsetMapping.getStaticCollationNameForCollationIndex(i))) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether the server has refused a statement, such as one that sets a variable. */
  private static boolean isOfStatement(SQLException failure) {
    return switch (FailureKind.of(failure)) {
      case OTHER -> true;
      case CREDENTIALS_REFUSED,
          SCHEMA_REFUSED,
          TOO_MANY_CONNECTIONS,
          UNREACHABLE,
          BROKEN,
          READ_ONLY,
          TIMEOUT ->
          false;
    };
  }

  /**
   * Returns what to report of a failed connect: without its message where that may repeat the value
   * of a property.
   *
   * @param loggedIn whether the login had been accepted, so that what the server refused was set by
   *     a property
   */
  static SQLException hidden(SQLException failure, Map<String, String> own, boolean loggedIn) {
    boolean refused = loggedIn && failure.getErrorCode() != 0 && isOfStatement(failure);
    TreeSet<String> names = new TreeSet<>();
    own.forEach(
        (name, value) -> {
          if (!Shown.isShown(value) && !value.isEmpty() && (refused || repeats(failure, value))) {
            names.add(name);
          }
        });
    return names.isEmpty()
        ? failure
        : new SQLException(
            "what the driver properties "
                + String.join(", ", names)
                + " set was refused (error "
                + failure.getErrorCode()
                + "); the message is not shown, as it may repeat a value",
            failure.getSQLState(),
            failure.getErrorCode(),
            HiddenFailure.of(failure));
  }

  private static boolean repeats(Throwable failure, String value) {
    for (Throwable each : Causes.chain(failure)) {
      @Nullable String message = each.getMessage();
      if (message != null && message.contains(value)) {
        return true;
      }
    }
    return false;
  }
}
