package dev.thaw.internal.provider;

import static dev.thaw.internal.settings.BuilderSettings.DATABASE;
import static dev.thaw.internal.settings.BuilderSettings.HOST;
import static dev.thaw.internal.settings.BuilderSettings.PORT;
import static java.util.Objects.requireNonNull;

import dev.thaw.Deadline;
import dev.thaw.FailureKind;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.internal.mysql.DriverConnector;
import dev.thaw.internal.mysql.EarlyConnection;
import dev.thaw.internal.mysql.LoginGate;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.net.ConnectPhase;
import dev.thaw.internal.net.Endpoint;
import dev.thaw.internal.net.PhaseTimes;
import dev.thaw.internal.provider.Acquisition.Purpose;
import dev.thaw.internal.time.Moment;
import dev.thaw.internal.util.Causes;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Logs in: obtains credentials, connects, and asks the source for other credentials after a
 * refusal. Thread-safe.
 *
 * <p>How many logins one get may send is bounded, see {@link LoginCount}.
 */
final class Logins {
  // A source that answers each refusal with credentials that are withheld too, in turn, would
  // otherwise keep the caller beyond its deadline: nothing that is withheld waits for anything.
  private static final int MAX_CREDENTIALS = 8;

  private final ProviderSettings settings;
  private final DriverConnector driver;
  private final CredentialsTracker tracker;
  private final Telemetry telemetry;
  private final Failures failures;
  private final LoginControl control;
  private final Lifecycle lifecycle;
  private final AtomicBoolean startedEarly = new AtomicBoolean();
  private final PendingLogins pending = new PendingLogins();

  Logins(Shared shared, DriverConnector driver) {
    this.settings = shared.settings();
    this.driver = driver;
    this.tracker = shared.tracker();
    this.telemetry = shared.telemetry();
    this.failures = shared.failures();
    this.lifecycle = shared.lifecycle();
    this.control = new LoginControl(settings.clock().monotonic());
  }

  /** Opens a connection that is not of the pool. */
  Connector.Opened connect(Deadline deadline, Purpose purpose) throws SQLException {
    Acquisition own = new Acquisition(deadline, true, purpose, new PhaseTimes());
    return requireNonNull(connect(new Opening(own, null, null), new LoginCount()));
  }

  /**
   * Opens a connection, or goes on with one that a former get has begun.
   *
   * @param count the refused logins of the same get, in earlier tries
   * @return {@code null} if the get has an idle connection by now
   * @throws SQLException ready for the application
   */
  Connector.@Nullable Opened connect(Opening opening, LoginCount count) throws SQLException {
    opening.fixEnd();
    Call call = new Call(opening, count);
    try {
      if (opening.acquisition().purpose() == Purpose.WARM_UP) {
        call.early = early(opening.end());
      }
      return call.run();
    } finally {
      if (call.early != null) {
        call.early.close();
      }
    }
  }

  /** Takes a login that was left behind, with its room; {@code null} if there is none. */
  @Nullable PendingLogin take() {
    return pending.take();
  }

  /**
   * Begins to connect where that can be known before the credentials are, in the first warm-up.
   *
   * <p>Once: one that no login follows counts towards the server's {@code max_connect_errors}, and
   * takes a place from others on a full server. So neither a repeated try nor a source that keeps
   * failing begins another one.
   */
  private @Nullable EarlyConnection early(Deadline deadline) {
    String host = settings.find(HOST);
    if (host == null
        || !driver.canBeginEarly()
        || tracker.current().isPresent()
        || startedEarly.getAndSet(true)) {
      return null;
    }
    String database = settings.find(DATABASE);
    boolean hasDatabase = database != null && !database.isEmpty();
    EarlyConnection.Target target =
        new EarlyConnection.Target(host, settings.get(PORT), hasDatabase);
    return driver.early(target, deadline, settings.clock().monotonic()).start();
  }

  /**
   * Ends the logins that no get waits for, and forgets every secret; the next connect is that of a
   * cold start again.
   */
  void forget() {
    startedEarly.set(false);
    // First: one that ends may still be refused.
    pending.end();
    control.forget();
  }

  /** One call: which credentials are tried, and how often the server has refused. */
  private final class Call {
    private final long era = tracker.era();
    private final long generation = lifecycle.generation();
    private final CredentialsRequests requests;
    private final Opening opening;
    private final Deadline deadline;
    private final PhaseTimes times;
    private final LoginCount count;
    private @Nullable EarlyConnection early;
    private long refusalsBefore;
    private int offered = 1;

    Call(Opening opening, LoginCount count) {
      this.opening = opening;
      this.deadline = opening.deadline();
      this.times = opening.times();
      this.requests = new CredentialsRequests(settings, failures, deadline);
      this.count = count;
    }

    Connector.@Nullable Opened run() throws SQLException {
      requireUsable();
      DatabaseCredentials credentials = first();
      while (true) {
        Endpoint endpoint = requests.endpoint(credentials);
        SQLException refusal = control.withheld(credentials);
        if (refusal == null && !isExpired(credentials)) {
          try {
            return login(endpoint, credentials);
          } catch (RefusedException e) {
            refusal = e.refusal;
            if (refusal == null) {
              // Another thread's login has worked since: these credentials are good after all. Or
              // they were never refused, but others of the same user were.
              refusalsBefore = control.refusals();
              continue;
            }
          }
        } else if (refusal != null && control.refusalOf(credentials) == null) {
          // The source is not told that they were refused, as they may be right.
          throw failures.of(refusal, endpoint.toString(), count.get(), requests.advice(), times);
        }
        credentials = next(credentials, endpoint, refusal);
      }
    }

    private DatabaseCredentials first() throws SQLException {
      enterCredentials();
      DatabaseCredentials credentials = requests.obtain();
      times.enter(ConnectPhase.DRIVER);
      if (early != null) {
        early.credentialsKnown();
      }
      // Another thread may have just been refused with these, and may be asking the source now.
      return control.refusalOf(credentials) == null
          ? credentials
          : requests.other(credentials).orElse(credentials);
    }

    private boolean isExpired(DatabaseCredentials credentials) {
      return credentials
          .expiry()
          .filter(end -> !settings.clock().wall().instant().isBefore(end))
          .isPresent();
    }

    /**
     * Returns other credentials.
     *
     * @param refusal what the server said; {@code null} if those before have expired
     */
    private DatabaseCredentials next(
        DatabaseCredentials refused, Endpoint endpoint, @Nullable SQLException refusal)
        throws SQLException {
      if (count.isUsedUp() || offered == MAX_CREDENTIALS) {
        throw noOther(refused, endpoint, refusal);
      }
      enterCredentials();
      Optional<DatabaseCredentials> next = requests.other(refused);
      if (next.isEmpty() || isPointless(next.get(), refused, endpoint, refusal)) {
        throw noOther(refused, endpoint, refusal);
      }
      offered++;
      return next.get();
    }

    private SQLException noOther(
        DatabaseCredentials refused, Endpoint endpoint, @Nullable SQLException refusal)
        throws SQLException {
      return refusal == null
          ? failures.expired(refused.expiry().orElseThrow(), times)
          : failures.of(refusal, endpoint.toString(), count.get(), requests.advice(), times);
    }

    private boolean isPointless(
        DatabaseCredentials next,
        DatabaseCredentials refused,
        Endpoint endpoint,
        @Nullable SQLException refusal)
        throws SQLException {
      // Where only the schema was refused, another password of the user, as a token is one each
      // time, leads to the same answer.
      return next.sameConnect(refused)
          || (refusal != null
              && FailureKind.of(refusal) == FailureKind.SCHEMA_REFUSED
              && next.username().equals(refused.username())
              && requests.endpoint(next).equals(endpoint));
    }

    private void enterCredentials() throws SQLException {
      times.enter(ConnectPhase.CREDENTIALS);
      requireTime();
      refusalsBefore = control.refusals();
    }

    private Connector.@Nullable Opened login(Endpoint endpoint, DatabaseCredentials credentials)
        throws SQLException, RefusedException {
      requireTime();
      Connector.Opened opened;
      try {
        opened = await(new LoginTarget(endpoint, credentials));
      } catch (SQLException e) {
        requireUsable();
        throw refused(e, endpoint, credentials);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw failures.interrupted(times, e);
      }
      if (opened == null && deadline.hasPassed()) {
        throw failures.goesOn(times);
      }
      return opened;
    }

    private Connector.@Nullable Opened await(LoginTarget target)
        throws SQLException, InterruptedException {
      PendingLogin former = opening.former(target, settings.clock().now());
      if (opening.hasLeft()) {
        return null;
      }
      if (former != null) {
        // It may have met a server that hangs, while the name leads to another by now.
        Deadline patience = Deadline.after(opening.end().remaining().dividedBy(2));
        try {
          Connector.Opened opened = former.await(opening, patience);
          if (opened != null || !opening.mayReplace()) {
            return opened;
          }
        } catch (SQLException e) {
          // The server gives up on a login after connect_timeout, as on one that was frozen; and a
          // refusal of other credentials says nothing of these.
          if (former.target().isSame(target) && isAnswer(e)) {
            throw e;
          }
          lifecycle.requireUsable();
          if (deadline.hasPassed()) {
            throw LoginResult.late();
          }
        }
      }
      return begin(target).await(opening, null);
    }

    /**
     * Throws an exception if the provider was closed, or a checkpoint came, since the call began;
     * before it, unless that ends what runs at the server.
     */
    private void requireUsable() throws SQLException {
      boolean ends = opening.acquisition().purpose() == Purpose.CANCEL_ALL;
      if (!ends || lifecycle.generation() != generation) {
        lifecycle.requireUsable(generation);
      }
    }

    private PendingLogin begin(LoginTarget target) throws SQLException, InterruptedException {
      // A connect that is begun and given up counts against the host (max_connect_errors).
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      long sequence = tracker.observe(target.credentials(), era);
      Attempt attempt = new Attempt(target, sequence, early);
      Moment now = settings.clock().now();
      PendingLogin login = new PendingLogin(target, now, opening, attempt, pending);
      login.start();
      early = null;
      return login;
    }

    private static boolean isAnswer(SQLException e) {
      return switch (FailureKind.of(e)) {
        case CREDENTIALS_REFUSED, SCHEMA_REFUSED, TOO_MANY_CONNECTIONS, READ_ONLY, OTHER -> true;
        case UNREACHABLE, BROKEN, TIMEOUT -> false;
      };
    }

    private RefusedException refused(
        SQLException e, Endpoint endpoint, DatabaseCredentials credentials) throws SQLException {
      switch (FailureKind.of(e)) {
        case CREDENTIALS_REFUSED, SCHEMA_REFUSED -> {
          count.refused();
          return new RefusedException(e);
        }
        case TOO_MANY_CONNECTIONS, UNREACHABLE, BROKEN, READ_ONLY, TIMEOUT, OTHER -> {}
      }
      if (Causes.include(e, LoginControl.SupersededException.class)) {
        return new RefusedException(control.refusalOf(credentials));
      }
      throw failures.of(e, endpoint.toString(), count.get(), requests.advice(), times);
    }

    private void requireTime() throws SQLException {
      if (deadline.hasPassed()) {
        throw failures.timeout(times, null);
      }
    }

    /** One login. */
    private final class Attempt implements LoginWork {
      private final LoginTarget target;
      private final DatabaseCredentials credentials;
      private final long sequence;
      private final long before = refusalsBefore;
      private final @Nullable EarlyConnection first;

      Attempt(LoginTarget target, long sequence, @Nullable EarlyConnection first) {
        this.target = target;
        this.credentials = target.credentials();
        this.sequence = sequence;
        this.first = first;
      }

      @Override
      public void admit() throws SQLException {
        requireUsable();
      }

      @Override
      public PhysicalConnection connect(PendingLogin login) throws SQLException {
        LoginGate gate = control.gate(credentials, before, login.end());
        try (first) {
          PhysicalConnection connection =
              driver.connect(target.endpoint(), credentials, opening.end(), login, gate, first);
          control.accepted(credentials);
          return connection;
        } catch (SQLException e) {
          if (FailureKind.of(e) == FailureKind.CREDENTIALS_REFUSED) {
            control.refused(credentials, e);
          } else if (FailureKind.of(e) == FailureKind.SCHEMA_REFUSED) {
            // The user name and the password were right.
            control.accepted(credentials);
          }
          throw e;
        } finally {
          // Released only after the refusal is recorded, so that waiting threads see it.
          gate.leave();
        }
      }

      @Override
      public Connector.Opened opened(PhysicalConnection connection) {
        Connector.Opened opened = null;
        try {
          credentials.staleSince().ifPresent(telemetry::staleCredentialsServed);
          opened =
              new Connector.Opened(
                  connection,
                  sequence,
                  settings.clock().now(),
                  tracker.proven(credentials, sequence, era));
          return opened;
        } finally {
          if (opened == null) {
            // A clock of the application's has thrown an exception.
            connection.close();
          }
        }
      }

      @Override
      public void failed(SQLException failure) {
        if (FailureKind.of(failure) == FailureKind.CREDENTIALS_REFUSED) {
          telemetry.loginRefused(credentials);
        }
      }
    }
  }

  /** The server has refused a login, or its schema, to this thread or to another one. */
  private static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    /** What the server said of these credentials; {@code null} if it has nothing against them. */
    final transient @Nullable SQLException refusal;

    RefusedException(@Nullable SQLException refusal) {
      super(null, null, false, false);
      this.refusal = refusal;
    }
  }
}
