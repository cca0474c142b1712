package dev.thaw;

import static java.util.Objects.requireNonNull;

import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.internal.mysql.DriverProperties;
import dev.thaw.internal.net.CaFile;
import dev.thaw.internal.net.Endpoint;
import dev.thaw.internal.net.TlsMode;
import dev.thaw.internal.net.TlsSettings;
import dev.thaw.internal.provider.Provider;
import dev.thaw.internal.provider.ProviderDataSource;
import dev.thaw.internal.provider.ProviderSettings;
import dev.thaw.internal.provider.SupportedLibraries;
import dev.thaw.internal.time.Clock;
import dev.thaw.internal.util.Flaw;
import dev.thaw.internal.util.LambdaEnvironment;
import dev.thaw.internal.util.ServerAddress;
import dev.thaw.internal.util.SetOnce;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
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
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final int MAX_SIZE_LIMIT = 1_000;
    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);

    private @Nullable String name;
    private @Nullable String host;
    private @Nullable Integer port;
    private @Nullable String database;
    private @Nullable CredentialsSource source;
    private @Nullable Integer maxSize;
    private @Nullable Integer minIdle;
    private @Nullable Duration acquireTimeout;
    private @Nullable Duration idleTimeout;
    private @Nullable Duration maxLifetime;
    private @Nullable SslMode sslMode;
    private @Nullable CaFile sslCa;
    private @Nullable Boolean giveBackWhenFull;
    private @Nullable SessionReset sessionReset;
    private @Nullable Duration queryTimeout;
    private final Map<String, String> driverProperties = new HashMap<>();
    private final List<ConnectionListener> listeners = new ArrayList<>();
    private @Nullable InstantSource wallClock;
    private @Nullable LongSupplier nanoClock;

    private Builder() {}

    /**
     * Sets the pool's name, which starts its log lines and messages; default {@code thaw}. Allowed
     * are 1 to 64 letters, digits and {@code . _ -}.
     */
    public Builder name(String value) {
      if (!NAME.matcher(requireNonNull(value, "name")).matches()) {
        throw Flaw.of("1 to 64 letters, digits and '.', '_', '-'").exception("name", value);
      }
      this.name = SetOnce.value(this.name, value, "name");
      return this;
    }

    /**
     * Sets the server's host name or address, for credentials that name none. White space around it
     * and the brackets of an IPv6 address are left out.
     */
    public Builder host(String value) {
      this.host = SetOnce.value(this.host, ServerAddress.host(value), "host");
      return this;
    }

    /** Sets the server's TCP port, 1 to 65535, for credentials that name none; default 3306. */
    public Builder port(int value) {
      this.port = SetOnce.value(this.port, ServerAddress.port(value), "port");
      return this;
    }

    /**
     * Sets the default schema, for credentials that name none; default none. White space around it
     * is left out.
     */
    public Builder database(String value) {
      this.database = SetOnce.value(this.database, ServerAddress.schema(value), "database");
      return this;
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
      this.source = SetOnce.value(this.source, value, "credentials");
      return this;
    }

    /**
     * Sets the most connections open at once, 1 to 1000; default 5. Threads that find all of them
     * in use wait their turn within their deadlines, so it need not be the number of threads.
     */
    public Builder maxSize(int value) {
      between(value, 1, MAX_SIZE_LIMIT, "maxSize");
      this.maxSize = SetOnce.value(this.maxSize, value, "maxSize");
      return this;
    }

    /**
     * Sets how many idle connections the idle timeout leaves open, 0 to 1000; default 0. Not more
     * than the most connections.
     */
    public Builder minIdle(int value) {
      between(value, 0, MAX_SIZE_LIMIT, "minIdle");
      this.minIdle = SetOnce.value(this.minIdle, value, "minIdle");
      return this;
    }

    /** Sets how long {@link #get()} may take in all, 1 ms to 1 day; default 30 s. */
    public Builder acquireTimeout(Duration value) {
      between(value, SHORTEST_TIMEOUT, "acquireTimeout");
      this.acquireTimeout = SetOnce.value(this.acquireTimeout, value, "acquireTimeout");
      return this;
    }

    /**
     * Sets how long a connection stays open unused while others are open, up to 1 day; zero for no
     * limit; default 10 s. Judged when a connection is given back: nothing runs in the background.
     */
    public Builder idleTimeout(Duration value) {
      between(value, Duration.ZERO, "idleTimeout");
      this.idleTimeout = SetOnce.value(this.idleTimeout, value, "idleTimeout");
      return this;
    }

    /**
     * Sets how long a connection may be open, up to 1 day; zero for no limit; default 30 min.
     * Judged when it is taken and when it is given back, by the wall clock too.
     */
    public Builder maxLifetime(Duration value) {
      between(value, Duration.ZERO, "maxLifetime");
      this.maxLifetime = SetOnce.value(this.maxLifetime, value, "maxLifetime");
      return this;
    }

    /**
     * Sets how TLS is used. The default is {@link SslMode#VERIFY_IDENTITY} in AWS Lambda, for the
     * hosts of RDS and Aurora, if a CA file is set, and if the source {@linkplain
     * CredentialsSource#needsVerifiedTls() needs verified TLS}; elsewhere it is {@link
     * SslMode#PREFERRED} for a host that is loopback, and {@link SslMode#REQUIRED} for others,
     * which are then warned of once and are not sent the password itself.
     */
    public Builder sslMode(SslMode value) {
      this.sslMode = SetOnce.value(this.sslMode, value, "sslMode");
      return this;
    }

    /**
     * Sets a file of PEM certificates of authorities, one of which must have signed the server's
     * certificate; default are those of RDS in the host's region and the JVM's trust store. Read at
     * once, and again by the first connect after it has changed.
     *
     * @throws IllegalArgumentException if the file holds no certificates
     */
    public Builder sslCa(Path value) {
      CaFile file;
      try {
        file = CaFile.of(requireNonNull(value, "sslCa"));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "sslCa is " + value + ", allowed is a file of PEM certificates: " + e.getMessage(), e);
      }
      this.sslCa = SetOnce.value(this.sslCa, file, "sslCa");
      return this;
    }

    /**
     * Sets whether connections are given back while the server is short of them: the server is
     * asked how full it is about once a minute, with a statement that needs no privilege ({@code
     * SHOW GLOBAL STATUS}), and a connection is closed at return while nine in ten are taken or one
     * was refused within the last 30 s; default true. Where a proxy shares the server's connections
     * among its clients, they are kept. If false, only a refusal counts.
     */
    public Builder giveBackWhenFull(boolean value) {
      this.giveBackWhenFull = SetOnce.value(this.giveBackWhenFull, value, "giveBackWhenFull");
      return this;
    }

    /**
     * Sets when a session is reset at the server before its connection goes to the next borrower;
     * default {@link SessionReset#CHANGED}.
     */
    public Builder sessionReset(SessionReset value) {
      this.sessionReset = SetOnce.value(this.sessionReset, value, "sessionReset");
      return this;
    }

    /**
     * Sets how long a statement may run that has no query timeout of its own, up to 1 day; zero for
     * no limit; default zero. It then ends as at {@link java.sql.Statement#setQueryTimeout}. For
     * uses that no {@link Deadline} bounds, as of libraries that take a {@link DataSource}; where
     * one does, what ends first counts.
     */
    public Builder queryTimeout(Duration value) {
      between(value, Duration.ZERO, "queryTimeout");
      this.queryTimeout = SetOnce.value(this.queryTimeout, value, "queryTimeout");
      return this;
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
      String spelt = DriverProperties.checked(property, requireNonNull(value, "value"));
      if (driverProperties.putIfAbsent(spelt, value) != null) {
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
      this.wallClock = SetOnce.value(this.wallClock, value, "wallClock");
      return this;
    }

    /**
     * Sets the monotonic clock, in nanoseconds, that age and idleness are judged by; default {@link
     * System#nanoTime()}.
     */
    public Builder nanoClock(LongSupplier value) {
      this.nanoClock = SetOnce.value(this.nanoClock, value, "nanoClock");
      return this;
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
      if (source == null) {
        throw new IllegalStateException("credentials are not set");
      }
      int max = or(maxSize, 5);
      int min = or(minIdle, 0);
      if (min > max) {
        throw new IllegalArgumentException(
            "minIdle is " + min + ", allowed are 0 to maxSize, which is " + max);
      }
      DriverProperties.checkTogether(driverProperties);
      return new ProviderSettings(
          or(name, "thaw"),
          source,
          new ProviderSettings.Server(
              host,
              or(port, Endpoint.DEFAULT_PORT),
              database,
              tls(environment, source),
              or(giveBackWhenFull, true)),
          new ProviderSettings.Pool(
              max,
              min,
              or(acquireTimeout, Duration.ofSeconds(30)),
              or(idleTimeout, Duration.ofSeconds(10)),
              or(maxLifetime, Duration.ofMinutes(30)),
              new ProviderSettings.Use(
                  or(sessionReset, SessionReset.CHANGED),
                  or(queryTimeout, Duration.ZERO),
                  Map.copyOf(driverProperties))),
          List.copyOf(listeners),
          new Clock(or(wallClock, InstantSource.system()), or(nanoClock, System::nanoTime)));
    }

    private TlsSettings tls(Map<String, String> environment, CredentialsSource checked) {
      boolean verified = checked.needsVerifiedTls();
      boolean verifies = sslMode != null && TlsMode.verifies(sslMode);
      if (sslMode != null && verified && !verifies) {
        throw new IllegalArgumentException(
            "sslMode is "
                + sslMode
                + ", allowed are VERIFY_CA and VERIFY_IDENTITY: "
                + checked
                + " sends the server its password or token in clear text within TLS, so the"
                + " server's certificate must be verified");
      }
      if (sslMode != null && sslCa != null && !verifies) {
        throw new IllegalArgumentException(
            "sslMode is "
                + sslMode
                + " with a CA file, allowed are VERIFY_CA and VERIFY_IDENTITY: the file would not"
                + " be used");
      }
      if (sslMode == SslMode.VERIFY_CA && sslCa == null) {
        throw new IllegalArgumentException(
            "sslMode is VERIFY_CA without a CA file (sslCa), allowed is VERIFY_IDENTITY: an"
                + " attacker, too, can have a certificate of an authority in the JVM's trust store");
      }
      SslMode mode = sslMode == null && verified ? SslMode.VERIFY_IDENTITY : sslMode;
      return new TlsSettings(mode, sslCa, LambdaEnvironment.isLambda(environment));
    }

    private static void between(int value, int least, int most, String name) {
      if (value < least || value > most) {
        throw new IllegalArgumentException(
            name + " is " + value + ", allowed are " + least + " to " + most);
      }
    }

    private static void between(Duration value, Duration least, String name) {
      requireNonNull(value, name);
      if (value.compareTo(least) < 0 || value.compareTo(LONGEST_TIMEOUT) > 0) {
        throw new IllegalArgumentException(
            name + " is " + value + ", allowed are " + least + " to " + LONGEST_TIMEOUT);
      }
    }

    private static <T> T or(@Nullable T value, T otherwise) {
      return value == null ? otherwise : value;
    }
  }
}
