package dev.thaw.internal.provider;

import dev.thaw.FailureKind;
import dev.thaw.internal.net.ConnectPhase;
import dev.thaw.internal.net.PhaseTimes;
import dev.thaw.internal.net.TlsConfigurationException;
import dev.thaw.internal.util.Causes;
import dev.thaw.internal.util.FlawException;
import dev.thaw.internal.util.HiddenFailure;
import dev.thaw.internal.util.Line;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The exceptions of a provider: what happened, where the time went, what to do. */
final class Failures {
  private static final int ER_CON_COUNT_ERROR = 1040;

  private static final String CONNECTION_FAILURE = "08001";
  private static final String INVALID_AUTHORIZATION = "28000";

  private final String name;
  private final Supplier<String> poolState;

  Failures(String name, Supplier<String> poolState) {
    this.name = name;
    this.poolState = poolState;
  }

  /** Adds to the last failure how often the connect was tried. */
  SQLTransientConnectionException afterTries(int tries, SQLException last) {
    return new SQLTransientConnectionException(
        last.getMessage() + " after " + tries + " tries",
        last.getSQLState(),
        last.getErrorCode(),
        last.getCause());
  }

  SQLTransientConnectionException interrupted(PhaseTimes times, @Nullable Throwable cause) {
    ConnectPhase phase = times.current();
    return new SQLTransientConnectionException(
        name
            + " - Interrupted after "
            + times.totalMillis()
            + " ms"
            + (phase == null ? "" : " in phase " + phase.label()),
        CONNECTION_FAILURE,
        cause);
  }

  /**
   * A caller to which no connection came back in time.
   *
   * @param opening how many connections are being opened
   * @param longestUseMillis the longest present use; negative for none
   */
  SQLTimeoutException exhausted(PhaseTimes times, int opening, long longestUseMillis) {
    StringBuilder message =
        new StringBuilder(name)
            .append(" - No connection was given back within ")
            .append(times.totalMillis())
            .append(" ms (")
            .append(times)
            .append("; ")
            .append(poolState.get())
            .append(')');
    if (opening > 0) {
      message.append("; connections that other calls are opening: ").append(opening);
    }
    if (longestUseMillis >= 0) {
      message
          .append("; the one that is out longest has been in use for ")
          .append(longestUseMillis)
          .append(" ms");
    }
    if (opening == 0) {
      message.append(
          ": check that each connection is closed after its use, or raise the pool's size");
    }
    return new SQLTimeoutException(message.toString(), CONNECTION_FAILURE);
  }

  /** A caller whose login is not done in time, and goes on. */
  SQLTimeoutException goesOn(PhaseTimes times) {
    SQLTimeoutException timeout = timeout(times, null);
    return new SQLTimeoutException(
        timeout.getMessage() + "; the login goes on, and the next call waits for it",
        timeout.getSQLState());
  }

  SQLTimeoutException timeout(PhaseTimes times, @Nullable SQLException cause) {
    String message =
        name
            + " - No connection within "
            + times.totalMillis()
            + " ms ("
            + (times.current() == null ? "the deadline had passed before anything was done" : times)
            + "; "
            + poolState.get()
            + ")";
    if (cause == null) {
      return new SQLTimeoutException(message, CONNECTION_FAILURE);
    }
    return new SQLTimeoutException(
        message + ": " + cause.getMessage(), cause.getSQLState(), cause.getErrorCode(), cause);
  }

  /**
   * Makes the exception of a connect that has failed.
   *
   * @param endpoint the server
   * @param logins how often a login was tried
   * @param advice what to check if the server has refused the login
   */
  SQLException of(
      SQLException cause, String endpoint, int logins, String advice, PhaseTimes times) {
    String where = " (" + times + "; " + poolState.get() + ")";
    Throwable tls = Causes.find(cause, TlsConfigurationException.class);
    if (tls != null) {
      return unusable(endpoint, tls.getMessage(), where, cause);
    }
    return switch (FailureKind.of(cause)) {
      case CREDENTIALS_REFUSED -> refused(endpoint, logins, advice, where, cause);
      case TOO_MANY_CONNECTIONS ->
          transientFailure(
              endpoint
                  + " has no connection left: "
                  + cause.getMessage()
                  + "; lower the pool's size or the function's concurrency, or raise "
                  + (cause.getErrorCode() == ER_CON_COUNT_ERROR
                      ? "max_connections"
                      : "the user's limit (max_user_connections)")
                  + where,
              cause);
      case UNREACHABLE ->
          transientFailure(
              endpoint
                  + " cannot be reached: "
                  + rootMessage(cause)
                  + "; check host, port, security group and the function's subnets"
                  + where,
              cause);
      case TIMEOUT -> timeout(times, cause);
      // What the driver calls unable to connect is about its set-up: no TLS at the server, say.
      case BROKEN ->
          CONNECTION_FAILURE.equals(cause.getSQLState())
              ? unusable(endpoint, cause.getMessage(), where, cause)
              : transientFailure(
                  "The connection to " + endpoint + " broke: " + rootMessage(cause) + where, cause);
      case SCHEMA_REFUSED ->
          unusable(
              endpoint,
              cause.getMessage()
                  + "; check the schema's name in the secret or in the variables, and what the user"
                  + " may do there (SHOW GRANTS)",
              where,
              cause);
      case READ_ONLY, OTHER -> unusable(endpoint, cause.getMessage(), where, cause);
    };
  }

  private SQLInvalidAuthorizationSpecException refused(
      String endpoint, int logins, String advice, String where, SQLException cause) {
    String tried =
        logins == 0
            ? "no login tried, since the same user was refused a moment ago"
            : logins + (logins == 1 ? " login" : " logins") + " tried";
    // What the server says with SQLState 28000 is "access denied" and the user's name. Other errors
    // say more: that the account is locked, or that its password has expired.
    String reason =
        INVALID_AUTHORIZATION.equals(cause.getSQLState())
            ? "; " + advice
            : ": " + cause.getMessage();
    return new SQLInvalidAuthorizationSpecException(
        name + " - " + endpoint + " refused the login: " + tried + reason + where,
        INVALID_AUTHORIZATION,
        cause.getErrorCode() == 0 ? 1045 : cause.getErrorCode(),
        cause);
  }

  private SQLTransientConnectionException transientFailure(String what, SQLException cause) {
    return new SQLTransientConnectionException(
        name + " - " + what, cause.getSQLState(), cause.getErrorCode(), cause);
  }

  private SQLNonTransientConnectionException unusable(
      String endpoint, @Nullable String why, String where, SQLException cause) {
    return new SQLNonTransientConnectionException(
        name + " - " + endpoint + " cannot be used: " + why + where,
        cause.getSQLState(),
        cause.getErrorCode(),
        cause);
  }

  /** Credentials that their source says have expired, and that it has no others for. */
  SQLNonTransientConnectionException expired(Instant expiry, PhaseTimes times) {
    return new SQLNonTransientConnectionException(
        name
            + " - No login tried: the credentials have expired at "
            + expiry
            + ", and their source has no others; check the clock and the source ("
            + times
            + ")",
        CONNECTION_FAILURE);
  }

  /** What a source has thrown that it should not: unless it is of our own, without its message. */
  SQLNonTransientConnectionException source(Exception thrown) {
    return thrown instanceof FlawException
        ? credentials(String.valueOf(thrown.getMessage()), thrown)
        : credentials(
            "the source has thrown " + HiddenFailure.describe(thrown), HiddenFailure.of(thrown));
  }

  /**
   * Credentials that are of no use.
   *
   * @param why holds nothing that may be a secret
   */
  SQLNonTransientConnectionException credentials(String why, @Nullable Throwable cause) {
    return new SQLNonTransientConnectionException(
        name + " - The credentials cannot be used: " + why, CONNECTION_FAILURE, cause);
  }

  /** Returns what to report of an exception whose message may hold a secret. */
  String messageOf(RuntimeException exception) {
    return name + " - No connection: " + HiddenFailure.describe(exception);
  }

  /**
   * Returns what to report of an error such as that of a missing library.
   *
   * @throws VirtualMachineError the given one: the process is not sound after it
   */
  String messageOf(Error error) {
    if (error instanceof VirtualMachineError fatal) {
      throw fatal;
    }
    Throwable cause = error.getCause();
    // That of an ExceptionInInitializerError says more.
    Throwable told = error.getMessage() == null && cause != null ? cause : error;
    return name
        + " - No connection: "
        + HiddenFailure.describe(told)
        + (error instanceof LinkageError
            ? "; a library is missing, or its version does not fit: check the class path"
            : "");
  }

  /** Returns whether a name could not be resolved, which soon trying again rarely helps. */
  static boolean isUnknownHost(Throwable failure) {
    return Causes.root(failure) instanceof UnknownHostException;
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = Causes.root(failure);
    return root.getClass().getSimpleName() + ": " + Line.of(root.getMessage());
  }
}
