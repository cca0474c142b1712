package dev.thaw;

import dev.thaw.internal.util.Causes;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import org.jspecify.annotations.Nullable;

/** Classifies a failed database operation by how to react to it. */
public enum FailureKind {
  /**
   * The server does not let this account in, or no longer: SQLState 28000, and the errors for a
   * wrong password, an account that is locked, blocked or expired, or one whose method of
   * authentication the server does not have (1045, 1130, 1251, 1275, 1524, 1698, 1820, 1862, 3118,
   * 3955; MariaDB's 4150, 4151). Other credentials may work.
   */
  CREDENTIALS_REFUSED,
  /**
   * The account was let in, but not to the schema: the server does not have it ({@code
   * ER_BAD_DB_ERROR} 1049), or the account has no right to it ({@code ER_DBACCESS_DENIED_ERROR}
   * 1044, which is also what an account without rights hears of a schema that does not exist).
   */
  SCHEMA_REFUSED,
  /**
   * The server or the user has no connection left: {@code ER_CON_COUNT_ERROR} 1040, {@code
   * ER_TOO_MANY_USER_CONNECTIONS} 1203, {@code ER_USER_LIMIT_REACHED} 1226.
   */
  TOO_MANY_CONNECTIONS,
  /** The TCP connection could not be established: refused, no route, unknown host. */
  UNREACHABLE,
  /** An open connection was lost: SQLState 08 without one of the causes above. */
  BROKEN,
  /**
   * The server no longer takes writes, as a former writer after a failover: {@code
   * ER_OPTION_PREVENTS_STATEMENT} 1290, {@code ER_READ_ONLY_MODE} 1836.
   */
  READ_ONLY,
  /** A deadline or timeout expired. */
  TIMEOUT,
  /** Any other failure; in most cases an error of the statement itself. */
  OTHER;

  /**
   * Classifies a failure by the SQLStates, MySQL error numbers and exception types in its chain of
   * causes.
   *
   * @param failure the failure, or {@code null}
   * @return its kind; {@link #OTHER} if nothing in the chain is more specific
   */
  public static FailureKind of(@Nullable Throwable failure) {
    boolean timeout = false;
    boolean unreachable = false;
    boolean broken = false;
    for (Throwable current : Causes.chain(failure)) {
      if (current instanceof SQLException sql) {
        FailureKind kind = ofVendorCode(sql);
        if (kind != OTHER) {
          return kind;
        }
        String state = sql.getSQLState();
        broken |= state != null && state.startsWith("08");
      }
      timeout |=
          current instanceof SQLTimeoutException || current instanceof SocketTimeoutException;
      unreachable |=
          current instanceof ConnectException
              || current instanceof NoRouteToHostException
              || current instanceof PortUnreachableException
              || current instanceof UnknownHostException;
    }
    if (unreachable) {
      return UNREACHABLE;
    }
    if (timeout) {
      return TIMEOUT;
    }
    return broken ? BROKEN : OTHER;
  }

  /**
   * Classifies by the server's error number: MySQL 9.7's reference at
   * https://dev.mysql.com/doc/mysql-errors/9.7/en/server-error-reference.html, and MariaDB's at
   * https://mariadb.com/docs/server/reference/error-codes.
   *
   * <p>Of the errors that a login can end with, these are {@link #OTHER}, as no other account would
   * fare better: 1042 and 1129 (the client's host has no name, or is blocked), 1043 (handshake),
   * 3032 (the server is in offline mode), 3159 (the server takes TLS only). So is 1227, which a
   * login meets only on the administrative port: it is an ordinary error of statements.
   */
  private static FailureKind ofVendorCode(SQLException exception) {
    return switch (exception.getErrorCode()) {
      // Wrong password or no such user, in two spellings. A user that must use TLS, too.
      case 1045, 1698 -> CREDENTIALS_REFUSED;
      // No account at all is allowed from this host: what remains when the last one is dropped.
      case 1130 -> CREDENTIALS_REFUSED;
      // The account's method of authentication is one that the client does not have, that is too
      // old for the server, or whose plugin the server has not loaded.
      case 1251, 1275, 1524 -> CREDENTIALS_REFUSED;
      // The password has expired: said at the first statement, or at the login itself.
      case 1820, 1862 -> CREDENTIALS_REFUSED;
      // Locked by ACCOUNT LOCK; blocked by FAILED_LOGIN_ATTEMPTS.
      case 3118, 3955 -> CREDENTIALS_REFUSED;
      // MariaDB's: blocked by max_password_errors; locked. MySQL's LOAD DATA … ALGORITHM = BULK has
      // the same numbers for what is wrong in a file.
      case 4150, 4151 -> namesRow(exception.getMessage()) ? OTHER : CREDENTIALS_REFUSED;
      case 1044, 1049 -> SCHEMA_REFUSED;
      case 1040, 1203, 1226 -> TOO_MANY_CONNECTIONS;
      case 1836 -> READ_ONLY;
      // 1290 names the option that forbids the statement; --secure-file-priv, for one, has nothing
      // to do with a failover.
      case 1290 -> namesReadOnly(exception.getMessage()) ? READ_ONLY : OTHER;
      // 1873, 6126 and 6127 among others: refused in ways that a pool does not cause.
      default -> "28000".equals(exception.getSQLState()) ? CREDENTIALS_REFUSED : OTHER;
    };
  }

  private static boolean namesRow(@Nullable String message) {
    return message != null && message.contains(" found at row ");
  }

  private static boolean namesReadOnly(@Nullable String message) {
    return message != null && (message.contains("read-only") || message.contains("read_only"));
  }
}
