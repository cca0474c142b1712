package dev.thaw.internal.provider;

import static dev.thaw.internal.settings.BuilderSettings.DATABASE;
import static dev.thaw.internal.settings.BuilderSettings.HOST;
import static dev.thaw.internal.settings.BuilderSettings.MAX_SIZE;
import static dev.thaw.internal.settings.BuilderSettings.PORT;

import dev.thaw.ConnectionListener;
import dev.thaw.Deadline;
import dev.thaw.ProviderStats;
import dev.thaw.RetireReason;
import dev.thaw.SslMode;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Clocks;
import dev.thaw.fixture.ScriptedServer;
import dev.thaw.internal.jdbc.BorrowedConnection;
import dev.thaw.internal.mysql.DriverConnector;
import dev.thaw.internal.mysql.ServerVariables;
import dev.thaw.internal.mysql.SessionDefaults;
import dev.thaw.internal.net.PhaseTimes;
import dev.thaw.internal.net.SocketRegistry;
import dev.thaw.internal.net.TlsSettings;
import dev.thaw.internal.provider.Acquisition.Purpose;
import dev.thaw.internal.settings.SettingValues;
import dev.thaw.internal.time.Clock;
import java.io.Closeable;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The parts of a provider on a scripted server, on clocks that a test moves. */
final class TestPool implements Closeable, ConnectionListener {
  private static final TlsSettings TLS = new TlsSettings(SslMode.DISABLED, null, false);

  final Clocks clocks = new Clocks();
  final Lifecycle lifecycle = new Lifecycle("thaw");
  final SocketRegistry connecting = new SocketRegistry();
  final ScriptedServer server;
  final Shared shared;
  final ServerVariables variables;
  final Logins logins;
  final Connector connector;
  final ConnectionPool pool;
  private final Clock clock;

  /** The source of the credentials. */
  volatile CredentialsSource source = deadline -> DatabaseCredentials.of("app", "s3cret");

  /** What the source says after a refusal; {@code null} for the default. */
  volatile @Nullable String advice;

  /** Runs once, the next time that the clock is read. */
  volatile @Nullable Runnable atClock;

  /** Runs when a connection has been opened. */
  volatile Runnable atConnect = () -> {};

  /** Gets a connection from now on. */
  BorrowedConnection get(@Nullable Deadline deadline, boolean retry) throws SQLException {
    return pool.get(
        clock.now(), new Bounds(deadline, deadline), retry ? Purpose.USE : Purpose.CHECK);
  }

  TestPool(int maxSize) throws IOException {
    this(maxSize, ScriptedServer.start());
  }

  TestPool(int maxSize, ScriptedServer server) throws IOException {
    this(maxSize, server, server.port());
  }

  TestPool(int maxSize, ScriptedServer server, int port) {
    this.server = server;
    InstantSource wall = this::wallClock;
    this.clock = new Clock(wall, clocks::nanoTime);
    SettingValues values = new SettingValues();
    values.set(HOST, "127.0.0.1");
    values.set(PORT, port);
    values.set(DATABASE, "appdb");
    values.set(MAX_SIZE, maxSize);
    ProviderSettings settings =
        new ProviderSettings(values, new Source(), TLS, List.of(this), clock);
    this.shared =
        new Shared(
            settings,
            lifecycle,
            new CredentialsTracker(),
            new ServerCapacity(clock, false),
            new Telemetry("thaw", maxSize, clock, List.of(this)),
            new Failures("thaw", () -> "state"));
    this.variables = new ServerVariables(clock);
    this.logins =
        new Logins(
            shared,
            new DriverConnector(
                "thaw", TLS, connecting, variables, Map.of(), SessionDefaults.of(values)));
    this.connector = new Connector(shared, logins);
    this.pool = new ConnectionPool(shared, logins, variables);
  }

  /** A get that has room for its own connection. */
  static Opening opening(Deadline deadline, BooleanSupplier takesIdle) {
    return opening(new Acquisition(deadline, true, Purpose.USE, new PhaseTimes()), takesIdle);
  }

  static Opening opening(Acquisition acquisition, BooleanSupplier takesIdle) {
    return opening(acquisition, takesIdle, null);
  }

  static Opening opening(
      Acquisition acquisition, BooleanSupplier takesIdle, @Nullable PendingLogin former) {
    Opening.Keeper keeper =
        new Opening.Keeper() {
          @Override
          public boolean takesIdle() {
            return takesIdle.getAsBoolean();
          }

          @Override
          public boolean reserveRoom() {
            return false;
          }

          @Override
          public void cancelRoom() {}

          @Override
          public void keep(Connector.Opened opened, boolean wanted) {
            opened.connection().close();
          }
        };
    return new Opening(acquisition, keeper, former);
  }

  private Instant wallClock() {
    Runnable action = atClock;
    if (action != null) {
      atClock = null;
      action.run();
    }
    return clocks.instant();
  }

  @Override
  public void connected(String name, String endpoint, Duration took) {
    atConnect.run();
  }

  ProviderStats stats() {
    ProviderStats.Builder stats = ProviderStats.builder();
    shared.telemetry().copyTo(stats);
    pool.copyTo(stats);
    return stats.build();
  }

  /** Closes all connections, as before a checkpoint. */
  void suspend() {
    lifecycle.suspend();
    pool.closeAll(RetireReason.CHECKPOINT);
  }

  @Override
  public void close() throws IOException {
    lifecycle.close();
    pool.endWaiting();
    pool.closeAll(RetireReason.PROVIDER_CLOSED);
    server.close();
  }

  private final class Source implements CredentialsSource {
    @Override
    public DatabaseCredentials credentials(Deadline deadline) throws SQLException {
      return source.credentials(deadline);
    }

    @Override
    public Optional<DatabaseCredentials> refused(DatabaseCredentials refused, Deadline deadline)
        throws SQLException {
      return source.refused(refused, deadline);
    }

    @Override
    public String refusalAdvice() {
      String own = advice;
      return own == null ? CredentialsSource.super.refusalAdvice() : own;
    }
  }
}
