package dev.thaw;

import static java.util.Objects.requireNonNull;

import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The stock {@link ConnectionProvider}. */
public final class PooledConnectionProvider implements ConnectionProvider {
  private PooledConnectionProvider() {}

  /** Returns a new builder. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Connection get() throws SQLException {
    throw new SQLException("draft");
  }

  @Override
  public Connection get(Deadline deadline) throws SQLException {
    throw new SQLException("draft");
  }

  @Override
  public DataSource asDataSource() {
    throw new IllegalStateException("draft");
  }

  @Override
  public HealthReport check() {
    throw new IllegalStateException("draft");
  }

  @Override
  public boolean isActive() {
    return false;
  }

  @Override
  public ProviderStats stats() {
    return ProviderStats.builder().build();
  }

  @Override
  public void warmUp() {}

  @Override
  public void close() {}

  /** A builder in which each setting may be set once. */
  public static final class Builder {
    private @Nullable String host;

    private Builder() {}

    /** Sets the pool's name, which stands in its log lines; default {@code thaw}. */
    public Builder name(String value) {
      return this;
    }

    /** Sets the server's host, for credentials that name none. */
    public Builder host(String value) {
      this.host = requireNonNull(value);
      return this;
    }

    /** Sets the server's port, for credentials that name none; default 3306. */
    public Builder port(int value) {
      return this;
    }

    /** Sets the default schema, for credentials that name none. */
    public Builder database(String value) {
      return this;
    }

    /** Sets fixed credentials. */
    public Builder credentials(String username, String password) {
      return credentials(deadline -> DatabaseCredentials.of(username, password));
    }

    /** Sets where credentials come from. */
    public Builder credentials(CredentialsSource source) {
      return this;
    }

    /** Sets the most connections open at once, 1 or more; default 5. */
    public Builder maxSize(int value) {
      return this;
    }

    /** Sets how many idle connections the idle timeout leaves open; default 0. */
    public Builder minIdle(int value) {
      return this;
    }

    /** Sets how long {@link #get()} may take in all; default 30 s. */
    public Builder acquireTimeout(Duration value) {
      return this;
    }

    /** Sets how long a surplus connection stays open unused; default 10 s, zero for ever. */
    public Builder idleTimeout(Duration value) {
      return this;
    }

    /** Sets how long a connection may be open; default 30 min, zero for ever. */
    public Builder maxLifetime(Duration value) {
      return this;
    }

    /** Sets how TLS is used; default REQUIRED in Lambda, PREFERRED elsewhere. */
    public Builder sslMode(SslMode value) {
      return this;
    }

    /** Sets a file of PEM certificates that sign the server's; turns verification on. */
    public Builder sslCa(Path value) {
      return this;
    }

    /** Sets the wall clock. */
    public Builder wallClock(InstantSource value) {
      return this;
    }

    /** Sets the monotonic clock, in nanoseconds. */
    public Builder nanoClock(LongSupplier value) {
      return this;
    }

    /** Returns the provider; does no I/O. */
    public PooledConnectionProvider build() {
      if (host == null) {
        throw new IllegalArgumentException("draft");
      }
      return new PooledConnectionProvider();
    }
  }
}
