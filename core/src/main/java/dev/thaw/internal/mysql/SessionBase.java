package dev.thaw.internal.mysql;

import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.protocol.ServerSession;
import com.mysql.cj.util.StringUtils;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The state of a session after its login, which each borrower finds.
 *
 * @param setUp a statement that must follow the login: the server's defaults are not those of JDBC;
 *     {@code null} if none need follow
 * @param strict a statement that makes the session report truncated values, to be sent before the
 *     first write; {@code null} if the server is strict by itself
 * @param restored a statement that, after a reset, brings back what the login had set; {@code null}
 *     if no statement can
 */
record SessionBase(@Nullable String setUp, @Nullable String strict, @Nullable String restored) {
  private static final String STRICT_MODE = "STRICT_TRANS_TABLES";
  // Assigned, and not a part of a value.
  private static final Pattern SQL_MODE = Pattern.compile("(?i)(?:^|[,;.\\s])sql_mode\\s*:?=");
  private static final Pattern ROW_LIMIT = Pattern.compile("(?i)^[^=]*\\bsql_select_limit\\s*:?=");
  // Values come from the server and go back to it as text.
  private static final Pattern WORDS = Pattern.compile("[A-Za-z0-9_,]*");
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_-]+");
  private static final Pattern TIME_ZONE = Pattern.compile("[A-Za-z0-9_/+:-]+");

  /**
   * Reads the variables that the driver knows after a connect.
   *
   * @param properties the driver's properties, with the application's own
   * @param defaults what the application wants of the session
   */
  static SessionBase of(ServerSession session, PropertySet properties, SessionDefaults defaults) {
    String readOnlyVariable = session.getServerVariable(VariablesInterceptor.READ_ONLY_VARIABLE);
    String mode = session.getServerVariable("sql_mode");
    boolean chosen = SQL_MODE.matcher(text(properties, PropertyKey.sessionVariables)).find();
    boolean lenient = mode != null && !isStrict(mode) && !chosen;
    String strictMode = lenient ? (mode.isEmpty() ? "" : mode + ",") + STRICT_MODE : mode;
    return new SessionBase(
        setUp(session, readOnlyVariable, defaults),
        lenient && WORDS.matcher(mode).matches()
            ? "SET @@session.sql_mode='" + strictMode + "'"
            : null,
        losesStatements(properties)
            ? null
            : restored(session, readOnlyVariable, strictMode, properties, defaults));
  }

  private static String text(PropertySet properties, PropertyKey key) {
    String value = properties.getStringProperty(key).getValue();
    return value == null ? "" : value;
  }

  /**
   * A reset ends statements that are prepared at the server; the driver's cache would keep them.
   */
  private static boolean losesStatements(PropertySet properties) {
    return properties.getBooleanProperty(PropertyKey.useServerPrepStmts).getValue()
        && properties.getBooleanProperty(PropertyKey.cachePrepStmts).getValue();
  }

  private static boolean isStrict(String mode) {
    return mode.contains(STRICT_MODE) || mode.contains("STRICT_ALL_TABLES");
  }

  private static @Nullable String setUp(
      ServerSession session, @Nullable String readOnlyVariable, SessionDefaults defaults) {
    List<String> assignments = new ArrayList<>();
    String autocommit = session.getServerVariable(VariablesInterceptor.AUTOCOMMIT);
    if (autocommit == null || isOn(autocommit) != defaults.autoCommit()) {
      assignments.add("autocommit=" + number(defaults.autoCommit()));
    }
    if (readOnlyVariable != null
        && isOn(session.getServerVariable(VariablesInterceptor.READ_ONLY)) != defaults.readOnly()) {
      assignments.add("@@session." + readOnlyVariable + "=" + number(defaults.readOnly()));
    }
    return assignments.isEmpty() ? null : "SET " + String.join(", ", assignments);
  }

  private static int number(boolean on) {
    return on ? 1 : 0;
  }

  private static boolean isOn(@Nullable String value) {
    return "1".equals(value) || "ON".equalsIgnoreCase(value);
  }

  /**
   * All that it sets is among what RDS Proxy tracks without pinning the session (Amazon RDS User
   * Guide, "Avoiding pinning an RDS Proxy").
   */
  private static @Nullable String restored(
      ServerSession session,
      @Nullable String readOnlyVariable,
      @Nullable String mode,
      PropertySet properties,
      SessionDefaults defaults) {
    String ownCollation = text(properties, PropertyKey.connectionCollation);
    String collation =
        ownCollation.isEmpty() ? session.getServerVariable("collation_connection") : ownCollation;
    String isolation =
        defaults.isolation() == null
            ? session.getServerVariable("transaction_isolation")
            : defaults.isolation().name().replace('_', '-');
    boolean forced =
        properties.getBooleanProperty(PropertyKey.forceConnectionTimeZoneToSession).getValue()
            && !"SERVER".equals(text(properties, PropertyKey.connectionTimeZone));
    String timeZone = forced ? zone(session) : session.getServerVariable("time_zone");
    String initConnect = session.getServerVariable("init_connect");
    // A reset does not run init_connect again, and what it has done is not known.
    boolean initialised = initConnect != null && !initConnect.isEmpty();
    if (readOnlyVariable == null
        || initialised
        || !matches(WORDS, mode)
        || !matches(WORD, collation)
        || !matches(WORD, isolation)
        || !matches(TIME_ZONE, timeZone)) {
      return null;
    }
    String charset = collation.split("_", 2)[0];
    return "SET NAMES "
        + charset
        + " COLLATE "
        + collation
        + (charset.equals("utf8mb4") ? "" : ", character_set_results=utf8mb4")
        + transactions(readOnlyVariable, isolation, defaults)
        + ", @@session.sql_mode='"
        + mode
        + "'"
        + timeZoneAndOwn(timeZone, forced, own(text(properties, PropertyKey.sessionVariables)));
  }

  private static String transactions(
      String readOnlyVariable, String isolation, SessionDefaults defaults) {
    return ", autocommit="
        + number(defaults.autoCommit())
        + ", @@session."
        + readOnlyVariable
        + "="
        + number(defaults.readOnly())
        + ", @@session."
        + readOnlyVariable.replace("read_only", "isolation")
        + "='"
        + isolation
        + "'";
  }

  /** In the order of a login: the driver's comes after the variables, the server's before. */
  private static String timeZoneAndOwn(String timeZone, boolean forced, String own) {
    String assignment = ", @@session.time_zone='" + timeZone + "'";
    return forced ? own + assignment : assignment + own;
  }

  /** Returns the time zone that the driver has set, as it writes it. */
  private static String zone(ServerSession session) {
    ZoneId zone = session.getSessionTimeZone().toZoneId().normalized();
    return zone instanceof ZoneOffset ? zone.getId().replace("Z", "+00:00") : zone.getId();
  }

  /**
   * Returns the statement that sets the application's own limit of rows, or {@code null} if it has
   * none. The driver sets the server's limit whenever that of setMaxRows ends.
   */
  static @Nullable String rowLimit(PropertySet properties) {
    String limit = null;
    for (String assignment : assignments(text(properties, PropertyKey.sessionVariables))) {
      if (ROW_LIMIT.matcher(assignment).find()) {
        limit = "SET " + assignment;
      }
    }
    return limit;
  }

  private static String own(String sessionVariables) {
    StringBuilder own = new StringBuilder();
    assignments(sessionVariables).forEach(each -> own.append(", ").append(each));
    return own.toString();
  }

  /** Returns assignments of the application, split as the driver does it. */
  private static List<String> assignments(String sessionVariables) {
    List<String> assignments = new ArrayList<>();
    for (String part : split(sessionVariables, ",")) {
      assignments.addAll(split(part, ";"));
    }
    return assignments;
  }

  private static List<String> split(String text, String separator) {
    return text.isEmpty()
        ? List.of()
        : StringUtils.split(text, separator, "\"'(", "\"')", "\"'", true);
  }

  private static boolean matches(Pattern pattern, @Nullable String value) {
    return value != null && pattern.matcher(value).matches();
  }
}
