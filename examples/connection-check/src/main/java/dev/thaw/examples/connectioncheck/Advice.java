package dev.thaw.examples.connectioncheck;

import dev.thaw.FailureKind;
import java.sql.SQLException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** What to look at after a failure. */
final class Advice {
  // Server errors, https://dev.mysql.com/doc/mysql-errors/9.7/en/server-error-reference.html
  private static final int ER_BAD_DB_ERROR = 1049;
  private static final int ER_TABLEACCESS_DENIED_ERROR = 1142;
  private static final int ER_NO_SUCH_TABLE = 1146;
  // A driver's chain of causes is short; the bound only guards against a cycle.
  private static final int MAX_DEPTH = 16;

  private Advice() {}

  static String on(SQLException failure) {
    Throwable current = failure;
    for (int depth = 0; current != null && depth < MAX_DEPTH; depth++) {
      if (current instanceof SSLException) {
        return "DB_SSL_MODE and DB_SSL_CA, and whether the server's certificate fits its host name";
      }
      if (current instanceof SQLException sql) {
        Optional<String> advice = on(sql.getErrorCode());
        if (advice.isPresent()) {
          return advice.get();
        }
      }
      current = current.getCause();
    }
    return on(FailureKind.of(failure));
  }

  private static Optional<String> on(int errorCode) {
    return switch (errorCode) {
      case ER_BAD_DB_ERROR -> Optional.of("DB_NAME; the server runs, but has no such database");
      case ER_TABLEACCESS_DENIED_ERROR ->
          Optional.of("what the user may do (SHOW GRANTS); the check reads the table assets");
      case ER_NO_SUCH_TABLE ->
          Optional.of("DB_NAME; the connection works, but this database has no table assets");
      default -> Optional.empty();
    };
  }

  static String on(FailureKind kind) {
    return switch (kind) {
      case CREDENTIALS_REFUSED ->
          "DB_USER and DB_PASSWORD, whether the account is locked or expired, and the hosts that"
              + " this user may log in from";
      case SCHEMA_REFUSED -> "DB_NAME, and what the user may do there (SHOW GRANTS)";
      case TOO_MANY_CONNECTIONS ->
          "the server's max_connections and who holds them (SHOW PROCESSLIST)";
      case UNREACHABLE ->
          "DB_HOST and DB_PORT, whether the server runs, and what lies between (security group,"
              + " subnet, VPN)";
      case TIMEOUT ->
          "DB_HOST and DB_PORT, what lies between (a security group drops packets silently), and"
              + " the server's load";
      case BROKEN -> "the server's log, and whether DB_PORT is that of a MySQL server";
      case READ_ONLY -> "DB_HOST; this server takes no writes, as a former writer after a failover";
      case OTHER -> "the message above";
    };
  }
}
