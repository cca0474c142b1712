package dev.thaw;

import static dev.thaw.internal.settings.BuilderSettings.ACQUIRE_TIMEOUT;
import static dev.thaw.internal.settings.BuilderSettings.AUTO_COMMIT;
import static dev.thaw.internal.settings.BuilderSettings.CONNECTION_INIT_SQL;
import static dev.thaw.internal.settings.BuilderSettings.CREDENTIALS;
import static dev.thaw.internal.settings.BuilderSettings.DATABASE;
import static dev.thaw.internal.settings.BuilderSettings.GIVE_BACK_WHEN_FULL;
import static dev.thaw.internal.settings.BuilderSettings.HOST;
import static dev.thaw.internal.settings.BuilderSettings.IDLE_TIMEOUT;
import static dev.thaw.internal.settings.BuilderSettings.MAX_LIFETIME;
import static dev.thaw.internal.settings.BuilderSettings.MAX_SIZE;
import static dev.thaw.internal.settings.BuilderSettings.MAX_STALE;
import static dev.thaw.internal.settings.BuilderSettings.MIN_IDLE;
import static dev.thaw.internal.settings.BuilderSettings.NAME;
import static dev.thaw.internal.settings.BuilderSettings.NANO_CLOCK;
import static dev.thaw.internal.settings.BuilderSettings.PORT;
import static dev.thaw.internal.settings.BuilderSettings.QUERY_TIMEOUT;
import static dev.thaw.internal.settings.BuilderSettings.READ_ONLY;
import static dev.thaw.internal.settings.BuilderSettings.SESSION_RESET;
import static dev.thaw.internal.settings.BuilderSettings.SHUTDOWN_GRACE;
import static dev.thaw.internal.settings.BuilderSettings.SSL_CA;
import static dev.thaw.internal.settings.BuilderSettings.SSL_MODE;
import static dev.thaw.internal.settings.BuilderSettings.TRANSACTION_ISOLATION;
import static dev.thaw.internal.settings.BuilderSettings.WALL_CLOCK;
import static java.util.Objects.requireNonNull;

import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.internal.mysql.DriverProperties;
import dev.thaw.internal.net.TlsSettings;
import dev.thaw.internal.provider.Provider;
import dev.thaw.internal.provider.ProviderDataSource;
import dev.thaw.internal.provider.ProviderSettings;
import dev.thaw.internal.provider.SupportedLibraries;
import dev.thaw.internal.settings.BuilderAccess;
import dev.thaw.internal.settings.Contradictions;
import dev.thaw.internal.settings.IsolationLevel;
import dev.thaw.internal.settings.Setting;
import dev.thaw.internal.settings.SettingValues;
import dev.thaw.internal.time.Clock;
import dev.thaw.internal.util.LambdaEnvironment;
import dev.thaw.internal.util.ServerAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The stock {@link ConnectionProvider}: a pool of MySQL connections that are opened when they are
 * needed and checked before they are reused.
 *
 * <p>Building one does no I/O, but for the CA file if one is set, and starts no thread.
 * Thread-safe.
 */
public final class PooledConnectionProvider implements ConnectionProvider {
  private final Provider provider;
  private final DataSource dataSource;

  private PooledConnectionProvider(ProviderSettings settings) {
    this.provider = new Provider(settings);
    provider.start();
    this.dataSource = new ProviderDataSource(provider::get);
  }

  /** Returns a builder in which everything but the credentials has a default. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Connection get() throws SQLException {
    return provider.get();
  }

  @Override
  public Connection get(Deadline deadline) throws SQLException {
    return provider.get(requireNonNull(deadline, "deadline"));
  }

  @Override
  public DataSource asDataSource() {
    return dataSource;
  }

  @Override
  public HealthReport check() {
    return provider.check();
  }

  @Override
  public boolean isActive() {
    return provider.isActive();
  }

  @Override
  public ProviderStats stats() {
    return provider.stats();
  }

  @Override
  public void warmUp() {
    provider.warmUp();
  }

  @Override
  public void close() {
    provider.close();
  }

  /**
   * A builder of {@link PooledConnectionProvider} in which each value may be set once.
   *
   * <p>Every setter but {@link #listener} throws {@link IllegalStateException} if its value is set
   * already, and {@link IllegalArgumentException} if the value is out of its bounds. Not
   * thread-safe.
   */
  public static final class Builder {
    static {
      BuilderAccess.open(builder -> ((Builder) builder).values, Builder::checkProperties);
    }

    private final SettingValues values = new SettingValues();
    private final List<ConnectionListener> listeners = new ArrayList<>();

    private Builder() {}

    /**
     * Sets the pool's name, which starts its log lines and messages; default {@code thaw}. Allowed
     * are 1 to 64 letters, digits and {@code . _ -}.
     */
    public Builder name(String value) {
      return set(NAME, value);
    }

    /**
     * Sets the server's host name or address, for credentials that name none. White space around it
     * and the brackets of an IPv6 address are left out.
     */
    public Builder host(String value) {
      return set(HOST, value);
    }

    /** Sets the server's TCP port, 1 to 65535, for credentials that name none; default 3306. */
    public Builder port(int value) {
      return set(PORT, value);
    }

    /**
     * Sets the default schema, for credentials that name none; default none. White space around it
     * is left out.
     */
    public Builder database(String value) {
      return set(DATABASE, ServerAddress.trimmed(requireNonNull(value, "database")));
    }

    /**
     * Sets a fixed user name and password, in the place of a source.
     *
     * @throws IllegalArgumentException if the user name is empty
     */
    public Builder credentials(String username, String password) {
      DatabaseCredentials fixed = DatabaseCredentials.of(username, password);
      return credentials(deadline -> fixed);
    }

    /**
     * Sets where credentials come from; mandatory. The provider closes the source when it is closed
     * itself.
     */
    public Builder credentials(CredentialsSource value) {
      return set(CREDENTIALS, value);
    }

    /**
     * Sets the most connections open at once, 1 to 1000; default 5. Threads that find all of them
     * in use wait their turn within their deadlines, so it need not be the number of threads.
     */
    public Builder maxSize(int value) {
      return set(MAX_SIZE, value);
    }

    /**
     * Sets how many idle connections the idle timeout leaves open, 0 to 1000; default 0. Not more
     * than the most connections.
     */
    public Builder minIdle(int value) {
      return set(MIN_IDLE, value);
    }

    /** Sets how long {@link #get()} may take in all, 1 ms to 1 day; default 30 s. */
    public Builder acquireTimeout(Duration value) {
      return set(ACQUIRE_TIMEOUT, value);
    }

    /**
     * Sets how long a connection stays open unused while others are open, up to 1 day; zero for no
     * limit; default 10 s. Judged when a connection is given back: nothing runs in the background.
     */
    public Builder idleTimeout(Duration value) {
      return set(IDLE_TIMEOUT, value);
    }

    /**
     * Sets how long a connection may be open, up to 1 day; zero for no limit; default 30 min.
     * Judged when it is taken and when it is given back, by the wall clock too.
     */
    public Builder maxLifetime(Duration value) {
      return set(MAX_LIFETIME, value);
    }

    /**
     * Sets how long the end of the JVM, as by SIGTERM, waits for the application to close the
     * provider, up to 1 day; default zero. Meanwhile connections are lent as ever; then the
     * provider closes itself, and what still runs at the server is ended. For a service that
     * finishes the requests that it has begun; one that never closes the provider ends that much
     * later.
     */
    public Builder shutdownGrace(Duration value) {
      return set(SHUTDOWN_GRACE, value);
    }

    /**
     * Sets how long after their time to live credentials are used while their source cannot get
     * newer ones, up to 365 days; zero for not at all. By default the source decides: one of
     * secrets serves them for 1 h. A source that thaw-secrets makes from variables gets this as its
     * limit; of any other, credentials that are {@linkplain DatabaseCredentials#staleSince() stale}
     * for longer are refused.
     */
    public Builder maxStale(Duration value) {
      return set(MAX_STALE, value);
    }

    /**
     * Sets how TLS is used. The default is {@link SslMode#VERIFY_IDENTITY} in AWS Lambda, for the
     * hosts of RDS and Aurora, if a CA file is set, and if the source {@linkplain
     * CredentialsSource#needsVerifiedTls() needs verified TLS}; elsewhere it is {@link
     * SslMode#PREFERRED} for a host that is loopback, and {@link SslMode#REQUIRED} for others,
     * which are then warned of once and are not sent the password itself.
     */
    public Builder sslMode(SslMode value) {
      return set(SSL_MODE, value);
    }

    /**
     * Sets a file of PEM certificates of authorities, one of which must have signed the server's
     * certificate; default are those of RDS in the host's region and the JVM's trust store. Read at
     * once, and again by the first connect after it has changed.
     *
     * @throws IllegalArgumentException if the file holds no certificates
     */
    public Builder sslCa(Path value) {
      return set(SSL_CA, SSL_CA.of(value));
    }

    /**
     * Sets whether connections are given back while the server is short of them: the server is
     * asked how full it is about once a minute, with a statement that needs no privilege ({@code
     * SHOW GLOBAL STATUS}), and a connection is closed at return while nine in ten are taken or one
     * was refused within the last 30 s; default true. Where a proxy shares the server's connections
     * among its clients, they are kept. If false, only a refusal counts.
     */
    public Builder giveBackWhenFull(boolean value) {
      return set(GIVE_BACK_WHEN_FULL, value);
    }

    /**
     * Sets when a session is reset at the server before its connection goes to the next borrower;
     * default {@link SessionReset#CHANGED}.
     */
    public Builder sessionReset(SessionReset value) {
      return set(SESSION_RESET, value);
    }

    /**
     * Sets the isolation of transactions that a borrower finds, a constant of {@link Connection};
     * by default the server's.
     */
    public Builder defaultTransactionIsolation(int level) {
      return set(TRANSACTION_ISOLATION, IsolationLevel.of(level));
    }

    /**
     * Sets whether a borrower finds the connection read-only; default false. It may {@linkplain
     * Connection#setReadOnly set} something else for its use.
     */
    public Builder readOnly(boolean value) {
      return set(READ_ONLY, value);
    }

    /**
     * Sets whether a borrower finds autocommit switched on; default true. If false, a transaction
     * begins with the first statement, and what is not committed when the connection is given back
     * is rolled back: so for frameworks that commit themselves and are told so, as Hibernate is by
     * {@code hibernate.connection.provider_disables_autocommit}.
     */
    public Builder autoCommit(boolean value) {
      return set(AUTO_COMMIT, value);
    }

    /**
     * Sets an SQL statement that is executed after each login and after each reset of a session;
     * none by default. For what the other settings and the driver's {@code sessionVariables} cannot
     * do, as {@code SET ROLE}. If the server refuses it, the connection cannot be used; the
     * exception has the server's error number, and neither the statement nor the server's message,
     * which may quote it.
     */
    public Builder connectionInitSql(String value) {
      return set(CONNECTION_INIT_SQL, value);
    }

    /**
     * Sets how long a statement may run that has no query timeout of its own, up to 1 day; zero for
     * no limit; default zero. It then ends as at {@link java.sql.Statement#setQueryTimeout}. For
     * uses that no {@link Deadline} bounds, as of libraries that take a {@link DataSource}; where
     * one does, what ends first counts.
     */
    public Builder queryTimeout(Duration value) {
      return set(QUERY_TIMEOUT, value);
    }

    /**
     * Sets a property of the driver, as {@code rewriteBatchedStatements} or {@code
     * connectionTimeZone}; each may be set once.
     *
     * @param property the name in MySQL Connector/J's documentation, in any case
     * @param value the value, as it would stand in a JDBC URL
     * @throws IllegalArgumentException if the driver has no such property or it does not take the
     *     value, if this library sets it itself, or if it would let a server read files, load
     *     classes or see the password
     */
    public Builder driverProperty(String property, String value) {
      requireNonNull(property, "property");
      String spelt = DriverProperties.checked(property, requireNonNull(value, "value"), values);
      if (values.driverProperties().putIfAbsent(spelt, value) != null) {
        throw new IllegalStateException("driverProperty " + spelt + " is set already");
      }
      return this;
    }

    /**
     * Adds a listener for the provider's events; none by default. May be called several times: each
     * event is passed on in the order of the calls.
     */
    public Builder listener(ConnectionListener value) {
      this.listeners.add(requireNonNull(value, "listener"));
      return this;
    }

    /** Sets the wall clock that age and idleness are judged by; default the system's. */
    public Builder wallClock(InstantSource value) {
      return set(WALL_CLOCK, value);
    }

    /**
     * Sets the monotonic clock, in nanoseconds, that age and idleness are judged by; default {@link
     * System#nanoTime()}.
     */
    public Builder nanoClock(LongSupplier value) {
      return set(NANO_CLOCK, value);
    }

    /**
     * Returns the provider; does no I/O.
     *
     * @throws IllegalStateException if no credentials are set, or if HikariCP or MySQL Connector/J
     *     on the class path is older than Thaw needs; its cause is an {@link SQLException} then
     * @throws IllegalArgumentException if values do not fit each other: {@code minIdle} above
     *     {@code maxSize}, a TLS mode that does not verify with a CA file or with a source that
     *     {@linkplain CredentialsSource#needsVerifiedTls() needs verified TLS}, {@code VERIFY_CA}
     *     without a CA file, or a {@code connectionCollation} that the driver would ignore
     */
    public PooledConnectionProvider build() {
      ProviderSettings settings = settings(System.getenv());
      try {
        SupportedLibraries.require();
      } catch (SQLException e) {
        // Not declared: a provider is built in a static field.
        throw new IllegalStateException(e.getMessage(), e);
      }
      return new PooledConnectionProvider(settings);
    }

    ProviderSettings settings(Map<String, String> environment) {
      CredentialsSource source = values.find(CREDENTIALS);
      if (source == null) {
        throw new IllegalStateException("credentials are not set");
      }
      boolean verified = source.needsVerifiedTls();
      List<String> problems = Contradictions.of(values, verified ? source.toString() : null);
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", problems));
      }
      checkProperties(values);
      SslMode mode = values.find(SSL_MODE);
      return new ProviderSettings(
          values.copy(),
          source,
          new TlsSettings(
              mode == null && verified ? SslMode.VERIFY_IDENTITY : mode,
              values.find(SSL_CA),
              LambdaEnvironment.isLambda(environment)),
          List.copyOf(listeners),
          new Clock(
              or(values.find(WALL_CLOCK), InstantSource.system()),
              or(values.find(NANO_CLOCK), System::nanoTime)));
    }

    private static void checkProperties(SettingValues values) {
      Map<String, String> properties = values.driverProperties();
      if (!properties.isEmpty()) {
        // Only then: it needs the driver, which a provider is built without.
        DriverProperties.checkTogether(properties);
      }
    }

    private <T> Builder set(Setting<T> setting, T value) {
      values.set(setting, value);
      return this;
    }

    private static <T> T or(@Nullable T value, T otherwise) {
      return value == null ? otherwise : value;
    }
  }
}
