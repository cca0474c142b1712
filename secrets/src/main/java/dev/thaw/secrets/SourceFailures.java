package dev.thaw.secrets;

import dev.thaw.Deadline;
import dev.thaw.internal.util.Causes;
import dev.thaw.internal.util.FlawException;
import dev.thaw.internal.util.HiddenFailure;
import dev.thaw.internal.util.Line;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;

/** Makes the exceptions that a credentials source may throw. */
final class SourceFailures {
  // "SQL-client unable to establish SQL-connection": no login can be tried without credentials.
  private static final String SQL_STATE = "08001";

  // "No data", see CredentialsSource.credentials.
  private static final String NO_DATA = "02000";

  private SourceFailures() {}

  /** Returns a failure that a later call may not meet. */
  static SQLException passing(String message, @Nullable Throwable cause) {
    return new SQLTransientConnectionException(message, SQL_STATE, shown(cause));
  }

  /** Returns a failure that lasts until its cause is repaired. */
  static SQLException lasting(String message, @Nullable Throwable cause) {
    return new SQLNonTransientConnectionException(message, SQL_STATE, shown(cause));
  }

  /** Returns the failure for credentials that are not there, so that others may be looked for. */
  static SQLException none(String message, @Nullable Throwable cause) {
    return new SQLNonTransientConnectionException(message, NO_DATA, shown(cause));
  }

  static boolean isNone(SQLException failure) {
    return NO_DATA.equals(failure.getSQLState());
  }

  /** Returns the failure of a call that had no time left. */
  static SQLException timeout(String message, @Nullable Throwable cause) {
    return new SQLTimeoutException(message, SQL_STATE, shown(cause));
  }

  static SQLException closed(String description) {
    return lasting(description + ": the credentials source is closed", null);
  }

  /** Returns the failure of a request that the service did not answer in time. */
  static SQLException noAnswer(String description, String service, @Nullable Throwable cause) {
    return timeout(description + ": " + service + " did not answer before the deadline", cause);
  }

  static SQLException interrupted(String description, @Nullable Throwable cause) {
    return passing(description + ": interrupted", cause);
  }

  /**
   * Returns the failure of a request that did not get through.
   *
   * @param reason what went wrong
   * @param advice what to look at
   */
  static SQLException unreachable(
      String description,
      String service,
      Throwable reason,
      String advice,
      @Nullable Throwable cause) {
    return passing(
        description
            + ": "
            + service
            + " cannot be reached: "
            + reason.getClass().getSimpleName()
            + (isKnown(reason) ? ": " + Line.of(reason.getMessage()) : "")
            + "; "
            + advice,
        cause);
  }

  /** Returns the failure for an answer that is none; without a cause, which might quote it. */
  static SQLException unreadable(String description, String service) {
    return passing(
        description + ": what answered for " + service + " sent no answer that can be read", null);
  }

  /** Fails if no time is left. */
  static void requireTime(String description, Deadline deadline) throws SQLException {
    if (deadline.hasPassed()) {
      throw timeout(description + ": the deadline has passed", null);
    }
  }

  /** Returns a failure for another thread or a later call, with a stack trace of its own. */
  static SQLException again(SQLException failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof SQLTimeoutException) {
      return timeout(message, failure);
    }
    if (isNone(failure)) {
      return none(message, failure);
    }
    return failure instanceof SQLNonTransientConnectionException
        ? lasting(message, failure)
        : passing(message, failure);
  }

  /**
   * Returns a cause as it is if its messages can be shown, else without them: a logger prints them
   * all.
   */
  private static @Nullable Throwable shown(@Nullable Throwable cause) {
    if (cause == null) {
      return null;
    }
    for (Throwable each : Causes.chain(cause)) {
      String message = each.getMessage();
      if (!isKnown(each) || (message != null && !message.equals(Line.of(message)))) {
        return HiddenFailure.of(cause);
      }
    }
    return cause;
  }

  /** The JDK's header check, for one, quotes what it refuses: a session token. */
  private static boolean isKnown(Throwable thrown) {
    return thrown instanceof IOException
        || thrown instanceof UncheckedIOException
        || thrown instanceof GeneralSecurityException
        || thrown instanceof InterruptedException
        || thrown instanceof SQLException
        || thrown instanceof FlawException
        || thrown instanceof HiddenFailure
        || thrown.getClass().getName().startsWith("software.amazon.awssdk.");
  }
}
