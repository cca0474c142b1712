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
  /** The server refused the login: SQLState 28000, errors 1045 and 1698. */
  CREDENTIALS_REFUSED,
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

  private static FailureKind ofVendorCode(SQLException exception) {
    return switch (exception.getErrorCode()) {
      case 1045, 1698 -> CREDENTIALS_REFUSED;
      case 1040, 1203, 1226 -> TOO_MANY_CONNECTIONS;
      case 1836 -> READ_ONLY;
      // 1290 names the option that forbids the statement; --secure-file-priv, for one, has nothing
      // to do with a failover.
      case 1290 -> namesReadOnly(exception.getMessage()) ? READ_ONLY : OTHER;
      default -> "28000".equals(exception.getSQLState()) ? CREDENTIALS_REFUSED : OTHER;
    };
  }

  private static boolean namesReadOnly(@Nullable String message) {
    return message != null && (message.contains("read-only") || message.contains("read_only"));
  }
}
