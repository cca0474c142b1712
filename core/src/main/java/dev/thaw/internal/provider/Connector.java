package dev.thaw.internal.provider;

import static java.util.Objects.requireNonNull;

import dev.thaw.Deadline;
import dev.thaw.FailureKind;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.internal.mysql.DriverConnector;
import dev.thaw.internal.mysql.EarlyConnection;
import dev.thaw.internal.mysql.LoginGate;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.net.Causes;
import dev.thaw.internal.net.ConnectPhase;
import dev.thaw.internal.net.Endpoint;
import dev.thaw.internal.net.PhaseTimes;
import dev.thaw.internal.net.SocketRegistry;
import dev.thaw.internal.net.TlsSettings;
import java.io.InterruptedIOException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Opens one connection: obtains credentials, logs in, asks the source for others after a refusal.
 *
 * <p>At most {@value #MAX_LOGINS} logins for one call. Safe for use by several threads.
 */
final class Connector {
  private static final int MAX_LOGINS = 3;
  // A source that answers each refusal with credentials that are withheld too, in turn, would
  // otherwise keep the caller beyond its deadline: nothing that is withheld waits for anything.
  private static final int MAX_CREDENTIALS = 8;

  /** An open connection and where its credentials stand in the order of those seen. */
  record Opened(PhysicalConnection connection, long credentialsSequence, boolean rotated) {}

  private final ProviderSettings settings;
  private final CredentialsSource source;
  private final TlsSettings tls;
  private final SocketRegistry sockets;
  private final Runnable preparation;
  private final DriverConnector driver;
  private final LoginControl logins;
  private final CredentialsTracker tracker;
  private final Counters counters;
  private final Events events;
  private final Failures failures;
  private final AtomicBoolean startedEarly = new AtomicBoolean();

  Connector(
      ProviderSettings settings,
      TlsSettings tls,
      SocketRegistry sockets,
      Runnable preparation,
      CredentialsTracker tracker,
      Counters counters,
      Events events,
      Failures failures) {
    this.settings = settings;
    this.source = settings.source();
    this.tls = tls;
    this.sockets = sockets;
    this.preparation = preparation;
    this.driver = new DriverConnector(tls, sockets);
    this.logins = new LoginControl(settings.nanoClock());
    this.tracker = tracker;
    this.counters = counters;
    this.events = events;
    this.failures = failures;
  }

  /** Forgets every secret that was presented. */
  void forget() {
    logins.forget();
    tracker.forget();
  }

  /**
   * Opens a connection on the calling thread.
   *
   * @throws SQLException ready for the application
   */
  Opened connect(Deadline deadline, PhaseTimes times) throws SQLException {
    try (EarlyConnection early = early(deadline)) {
      return connect(deadline, times, early);
    }
  }

  /**
   * Begins to connect where that can be known before the credentials are, on a cold start.
   *
   * <p>Once: one that no login follows counts towards the server's {@code max_connect_errors}, and
   * takes a place from others on a full server. So neither a repeated try nor a source that keeps
   * failing begins another one.
   */
  private @Nullable EarlyConnection early(Deadline deadline) {
    String host = settings.host();
    return host == null || tracker.current().isPresent() || startedEarly.getAndSet(true)
        ? null
        : new EarlyConnection(
                host,
                settings.port(),
                settings.database() != null && !settings.database().isEmpty(),
                tls,
                deadline,
                sockets,
                preparation,
                settings.nanoClock())
            .start();
  }

  private Opened connect(Deadline deadline, PhaseTimes times, @Nullable EarlyConnection started)
      throws SQLException {
    int tried = 0;
    int offered = 1;
    times.enter(ConnectPhase.CREDENTIALS);
    long refusalsBefore = logins.refusals();
    DatabaseCredentials credentials = obtain(deadline);
    EarlyConnection early = started;
    if (early != null) {
      early.credentialsKnown();
    }
    if (logins.refusalOf(credentials) != null) {
      // Another thread has just been refused with these, and may be asking the source now.
      credentials = other(credentials, deadline).orElse(credentials);
    }
    while (true) {
      Endpoint endpoint = endpoint(credentials);
      SQLException refusal = logins.withheld(credentials);
      if (refusal == null) {
        long sequence = tracker.observe(credentials);
        LoginGate gate = logins.gate(credentials, refusalsBefore, deadline);
        try {
          EarlyConnection first = early;
          early = null;
          PhysicalConnection connection =
              driver.connect(endpoint, credentials, deadline, times, gate, first);
          logins.accepted(credentials);
          credentials.staleSince().ifPresent(events::staleCredentialsServed);
          return new Opened(connection, sequence, tracker.proven(credentials, sequence));
        } catch (SQLException e) {
          if (FailureKind.of(e) == FailureKind.CREDENTIALS_REFUSED) {
            tried++;
            refusal = e;
            logins.refused(credentials, e);
            gate.leave();
            counters.refusedLogin();
            events.loginRefused(credentials);
          } else if (Causes.include(e, LoginControl.SupersededException.class)) {
            refusal = logins.refusalOf(credentials);
          } else if (Causes.include(e, InterruptedIOException.class)
              && Thread.currentThread().isInterrupted()) {
            throw failures.interrupted(times, e);
          } else {
            throw failures.of(e, endpoint.toString(), tried, times);
          }
          if (refusal == null) {
            // Another thread's login has worked since: these credentials are good after all.
            refusalsBefore = logins.refusals();
            continue;
          }
        } finally {
          // Only now, so that whoever waits to log in knows of the refusal.
          gate.leave();
        }
      }
      if (tried == MAX_LOGINS || offered == MAX_CREDENTIALS) {
        throw failures.of(refusal, endpoint.toString(), tried, times);
      }
      times.enter(ConnectPhase.CREDENTIALS);
      refusalsBefore = logins.refusals();
      Optional<DatabaseCredentials> next = other(credentials, deadline);
      if (next.isEmpty() || next.get().sameLogin(credentials)) {
        throw failures.of(refusal, endpoint.toString(), tried, times);
      }
      credentials = next.get();
      offered++;
    }
  }

  private DatabaseCredentials obtain(Deadline deadline) throws SQLException {
    try {
      return requireNonNull(source.credentials(deadline), "the source returned null");
    } catch (RuntimeException e) {
      throw failures.source(e);
    }
  }

  private Optional<DatabaseCredentials> other(DatabaseCredentials refused, Deadline deadline)
      throws SQLException {
    try {
      return requireNonNull(
          source.refused(refused, deadline), "the source returned null for refused credentials");
    } catch (RuntimeException e) {
      throw failures.source(e);
    }
  }

  private Endpoint endpoint(DatabaseCredentials credentials) throws SQLException {
    try {
      return Endpoint.of(credentials, settings.host(), settings.port(), settings.database());
    } catch (IllegalArgumentException e) {
      throw failures.source(e);
    }
  }
}
