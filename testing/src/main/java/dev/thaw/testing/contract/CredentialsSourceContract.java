package dev.thaw.testing.contract;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.thaw.Deadline;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * What every {@link CredentialsSource} must do, as tests. A test class of a source implements this
 * interface and so inherits them.
 *
 * <pre>{@code
 * class VaultCredentialsSourceTest implements CredentialsSourceContract {
 *   @Override public CredentialsSource source() { return new VaultCredentialsSource(vault); }
 *   @Override public DatabaseCredentials expected() { return DatabaseCredentials.of("app", "s3cret"); }
 *   @Override public CredentialsSource failingSource() { return new VaultCredentialsSource(nowhere); }
 * }
 * }</pre>
 */
public interface CredentialsSourceContract {
  /** How long a call is given that should succeed. */
  Duration PATIENCE = Duration.ofSeconds(20);

  /**
   * Makes a source that has credentials; called by each test, which closes it.
   *
   * @return a new source
   * @throws Exception if it cannot be made, which fails the test
   */
  CredentialsSource source() throws Exception;

  /** Returns the user name and password that {@link #source()} has. */
  DatabaseCredentials expected();

  /**
   * Makes a source that cannot get credentials: a wrong name, or no server that listens; called by
   * each test that needs one, which closes it.
   *
   * @return a new source
   * @throws Exception if it cannot be made, which fails the test
   */
  CredentialsSource failingSource() throws Exception;

  /**
   * A source returns the credentials that it stands for.
   *
   * @throws Exception if the source fails
   */
  @Test
  default void it_returns_the_credentials() throws Exception {
    try (CredentialsSource source = source()) {
      assertTrue(source.credentials(Deadline.after(PATIENCE)).sameLogin(expected()));
    }
  }

  /**
   * A source returns the same credentials again as long as nothing changes.
   *
   * @throws Exception if the source fails
   */
  @Test
  default void it_returns_the_same_credentials_again() throws Exception {
    try (CredentialsSource source = source()) {
      DatabaseCredentials first = source.credentials(Deadline.after(PATIENCE));
      assertEquals(first, source.credentials(Deadline.after(PATIENCE)));
    }
  }

  /**
   * A source may be used by several threads at once.
   *
   * @throws Exception if the source fails
   */
  @Test
  default void it_serves_several_threads_at_once() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (CredentialsSource source = source()) {
      List<Callable<DatabaseCredentials>> calls = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        calls.add(() -> source.credentials(Deadline.after(PATIENCE)));
      }
      for (Future<DatabaseCredentials> result : threads.invokeAll(calls)) {
        assertTrue(result.get().sameLogin(expected()));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * What a source offers after a refused login differs from it, in the login or in the server or
   * schema.
   *
   * @throws Exception if the source fails
   */
  @Test
  default void it_never_offers_the_refused_login_again() throws Exception {
    try (CredentialsSource source = source()) {
      DatabaseCredentials refused = source.credentials(Deadline.after(PATIENCE));
      Optional<DatabaseCredentials> other = source.refused(refused, Deadline.after(PATIENCE));
      assertNotNull(other);
      assertFalse(other.isPresent() && other.get().sameConnect(refused));
    }
  }

  /**
   * A source that has forgotten everything obtains the credentials anew.
   *
   * @throws Exception if the source fails
   */
  @Test
  default void it_works_after_invalidate() throws Exception {
    try (CredentialsSource source = source()) {
      source.invalidate();
      source.credentials(Deadline.after(PATIENCE));
      source.invalidate();
      assertTrue(source.credentials(Deadline.after(PATIENCE)).sameLogin(expected()));
    }
  }

  /**
   * A source may be closed more than once, used or not, and {@code invalidate} does not throw after
   * that either.
   *
   * @throws Exception if the source fails
   */
  @Test
  default void close_is_idempotent() throws Exception {
    CredentialsSource source = requireNonNull(source());
    source.credentials(Deadline.after(PATIENCE));
    assertAll(
        () -> assertDoesNotThrow(source::close),
        () -> assertDoesNotThrow(source::close),
        () -> assertDoesNotThrow(source::invalidate));
  }

  /**
   * A source that cannot get credentials says so by one of JDBC's connection exceptions, before the
   * deadline or shortly after.
   *
   * @throws Exception if the source cannot be made
   */
  @Test
  default void a_failure_is_one_of_jdbcs_connection_exceptions() throws Exception {
    try (CredentialsSource source = failingSource()) {
      long start = System.nanoTime();
      SQLException thrown = failureOf(source, Deadline.after(Duration.ofSeconds(2)));
      assertTrue(
          thrown instanceof SQLTimeoutException
              || thrown instanceof SQLTransientConnectionException
              || thrown instanceof SQLNonTransientConnectionException,
          () -> "it threw " + thrown.getClass().getName());
      assertTrue(thrown.getMessage() != null && !thrown.getMessage().isBlank(), "no message");
      assertTrue(
          Duration.ofNanos(System.nanoTime() - start).compareTo(PATIENCE) < 0,
          "it took much longer than the deadline of two seconds");
    }
  }

  /**
   * A source never shows a password or a user name: not by {@code toString}, not in an exception.
   *
   * @throws Exception if the source fails
   */
  @Test
  default void it_shows_no_secret() throws Exception {
    try (CredentialsSource source = source();
        CredentialsSource failing = failingSource()) {
      DatabaseCredentials credentials = source.credentials(Deadline.after(PATIENCE));
      StringWriter shown = new StringWriter();
      shown.append(source.toString()).append(failing.toString()).append(credentials.toString());
      failureOf(failing, Deadline.after(Duration.ofSeconds(2)))
          .printStackTrace(new PrintWriter(shown));
      assertFalse(shown.toString().contains(expected().password()), "the password can be seen");
    }
  }

  private static SQLException failureOf(CredentialsSource source, Deadline deadline) {
    try {
      source.credentials(deadline);
    } catch (SQLException e) {
      return e;
    }
    return fail("the failing source has credentials");
  }
}
