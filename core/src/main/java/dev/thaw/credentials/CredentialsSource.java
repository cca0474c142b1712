package dev.thaw.credentials;

import dev.thaw.Deadline;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Where the user name and password of a login come from.
 *
 * <p>The connection provider asks for credentials at each physical connect and reports a login that
 * the server refused. A source never sees a pool or a connection. Implementations must be
 * thread-safe. Of what a source throws other than {@link SQLException} only the class is told,
 * since the message may hold a secret.
 */
@FunctionalInterface
public interface CredentialsSource extends AutoCloseable {

  /**
   * Returns the credentials to log in with now.
   *
   * @param deadline bounds everything that the call does, network access included
   * @return the credentials; never {@code null}
   * @throws SQLException if there are none: {@link java.sql.SQLTimeoutException} when the deadline
   *     passed, {@link java.sql.SQLTransientConnectionException} when a later call may succeed,
   *     {@link java.sql.SQLNonTransientConnectionException} otherwise, with SQLState {@code 02000}
   *     (no data) if what would hold them is not there, so that another source may be asked; its
   *     message names what was asked and never shows a secret
   */
  DatabaseCredentials credentials(Deadline deadline) throws SQLException;

  /**
   * Reports that the server did not let these credentials in, and asks for others to try next.
   *
   * <p>Either they have expired, or the account was refused ({@link
   * dev.thaw.FailureKind#CREDENTIALS_REFUSED}: a wrong password, an account that is locked or
   * expired) or its schema ({@link dev.thaw.FailureKind#SCHEMA_REFUSED}). A source that keeps what
   * it has read reads it anew, once for all threads.
   *
   * <p>The default has no others.
   *
   * @param refused the credentials that were refused, as this source returned them
   * @param deadline bounds everything that the call does
   * @return credentials with which a connect is not the {@linkplain DatabaseCredentials#sameConnect
   *     same}, or empty if the source knows none
   * @throws SQLException as {@link #credentials(Deadline)} does
   */
  default Optional<DatabaseCredentials> refused(DatabaseCredentials refused, Deadline deadline)
      throws SQLException {
    return Optional.empty();
  }

  /**
   * Returns what an operator should check when the server has refused a login with credentials of
   * this source; it becomes a part of the error's message, after {@code refused the login: }. By
   * default the user name, the password and the user's allowed hosts.
   */
  default String refusalAdvice() {
    return "check the user name and password in the secret or in the variables, and the user's"
        + " allowed hosts";
  }

  /**
   * Returns whether this source's credentials {@linkplain DatabaseCredentials#needsVerifiedTls()
   * need verified TLS}; false by default. A connection provider then verifies from its start, and
   * is not built with a TLS mode that does not. What decides at the login is what the credentials
   * themselves say.
   */
  default boolean needsVerifiedTls() {
    return false;
  }

  /**
   * Forgets every secret held in memory, so that the next call obtains it anew. Does nothing by
   * default. Called before a snapshot (AWS Lambda SnapStart, CRaC) is taken; must not throw.
   */
  default void invalidate() {}

  /**
   * Releases what the source holds. Does nothing by default; idempotent. A connection provider
   * closes its source when it is closed itself.
   */
  @Override
  default void close() {}
}
