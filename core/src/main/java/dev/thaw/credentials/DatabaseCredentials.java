package dev.thaw.credentials;

import static java.util.Objects.requireNonNull;

import dev.thaw.internal.util.Line;
import dev.thaw.internal.util.ServerAddress;
import dev.thaw.internal.util.SetOnce;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A user name and password, with what else a secret may say about the database.
 *
 * <p>Immutable. {@link #toString()} shows neither the password nor the user name.
 */
public final class DatabaseCredentials {
  private final String username;
  private final String password;
  private final @Nullable String host;
  private final @Nullable Integer port;
  private final @Nullable String database;
  private final @Nullable String version;
  private final @Nullable Instant expiry;
  private final @Nullable Instant retrievedAt;
  private final @Nullable Instant staleSince;
  private final boolean needsVerifiedTls;

  private DatabaseCredentials(Builder builder) {
    this.username = requireNonNull(builder.username, "username");
    this.password = requireNonNull(builder.password, "password");
    this.host = builder.host;
    this.port = builder.port;
    this.database = builder.database;
    this.version = builder.version;
    this.expiry = builder.expiry;
    this.retrievedAt = builder.retrievedAt;
    this.staleSince = builder.staleSince;
    this.needsVerifiedTls = builder.needsVerifiedTls != null && builder.needsVerifiedTls;
  }

  /**
   * Returns credentials of only a user name and a password.
   *
   * @param username the MySQL user name, not empty
   * @param password the password; an empty one is allowed
   * @return the credentials
   * @throws IllegalArgumentException if the user name is empty
   */
  public static DatabaseCredentials of(String username, String password) {
    return builder(username, password).build();
  }

  /**
   * Returns a builder that starts with the two mandatory values.
   *
   * @param username the MySQL user name, not empty
   * @param password the password; an empty one is allowed
   * @return a new builder
   * @throws IllegalArgumentException if the user name is empty
   */
  public static Builder builder(String username, String password) {
    return new Builder(username, password);
  }

  /** Returns the user name. */
  public String username() {
    return username;
  }

  /** Returns the password in clear text. */
  public String password() {
    return password;
  }

  /** Returns the server's host name or address, if the source knows it. */
  public Optional<String> host() {
    return Optional.ofNullable(host);
  }

  /** Returns the server's TCP port, if the source knows it. */
  public OptionalInt port() {
    return port == null ? OptionalInt.empty() : OptionalInt.of(port);
  }

  /** Returns the name of the default schema, if the source knows it. */
  public Optional<String> database() {
    return Optional.ofNullable(database);
  }

  /**
   * Returns the version of the secret, as the source names it. It is not itself secret.
   *
   * <p>Credentials of the same user and server that have the same version stand for the same
   * identity, whatever their passwords are: a connection provider keeps its connections when only
   * the password changes. A token, which is another one each time, has a constant version.
   */
  public Optional<String> version() {
    return Optional.ofNullable(version);
  }

  /**
   * Returns the time from which the server no longer takes these credentials, if there is one. A
   * connection provider does not log in with them from then on; connections that are open stay.
   */
  public Optional<Instant> expiry() {
    return Optional.ofNullable(expiry);
  }

  /** Returns when the source last had these credentials confirmed by where they come from. */
  public Optional<Instant> retrievedAt() {
    return Optional.ofNullable(retrievedAt);
  }

  /**
   * Returns since when these credentials are older than the source's time to live allows, if they
   * are served only because a refresh failed.
   */
  public Optional<Instant> staleSince() {
    return Optional.ofNullable(staleSince);
  }

  /**
   * Returns whether the password may only go to a server whose certificate was verified, since the
   * server is sent it in clear text ({@code mysql_clear_password}), as a token is. A connection
   * provider then verifies it, whatever source the credentials have come through, and sends nothing
   * if its TLS mode does not.
   */
  public boolean needsVerifiedTls() {
    return needsVerifiedTls;
  }

  /**
   * Returns whether a login with the other credentials would present the same user name and
   * password.
   *
   * @param other the credentials to compare with
   * @return whether both user name and password are equal
   */
  public boolean sameLogin(DatabaseCredentials other) {
    return username.equals(other.username) && password.equals(other.password);
  }

  /**
   * Returns whether a connect with the other credentials would be the same.
   *
   * @param other the credentials to compare with
   * @return whether user name, password, host, port and schema are equal
   */
  public boolean sameConnect(DatabaseCredentials other) {
    return sameLogin(other)
        && Objects.equals(host, other.host)
        && Objects.equals(port, other.port)
        && Objects.equals(database, other.database);
  }

  /** Two credentials are equal if they agree in all that describes the login and the server. */
  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof DatabaseCredentials other
        && sameConnect(other)
        && Objects.equals(version, other.version)
        && Objects.equals(expiry, other.expiry)
        && needsVerifiedTls == other.needsVerifiedTls;
  }

  @Override
  public int hashCode() {
    return Objects.hash(username, host, port, database, version, expiry);
  }

  /** Returns the server and the version, with the user name and the password masked. */
  @Override
  public String toString() {
    return "DatabaseCredentials[username=***, password=***"
        + (host == null ? "" : ", host=" + host)
        + (port == null ? "" : ", port=" + port)
        + (database == null ? "" : ", database=" + database)
        + (version == null ? "" : ", version=" + version)
        + (expiry == null ? "" : ", expiry=" + expiry)
        + "]";
  }

  /**
   * A builder of credentials in which each optional value may be set once.
   *
   * <p>Not thread-safe.
   */
  public static final class Builder {
    private final String username;
    private final String password;
    private @Nullable String host;
    private @Nullable Integer port;
    private @Nullable String database;
    private @Nullable String version;
    private @Nullable Instant expiry;
    private @Nullable Instant retrievedAt;
    private @Nullable Instant staleSince;
    private @Nullable Boolean needsVerifiedTls;

    private Builder(String username, String password) {
      this.username = requireNonNull(username, "username");
      this.password = requireNonNull(password, "password");
      if (username.isEmpty()) {
        throw new IllegalArgumentException("username is empty");
      }
    }

    /**
     * Sets the server's host name or address. White space around it and the brackets of an IPv6
     * address are left out.
     *
     * @throws IllegalArgumentException if the value can be neither; the message does not repeat it
     * @throws IllegalStateException if it is set already
     */
    public Builder host(String value) {
      this.host = SetOnce.value(this.host, ServerAddress.host(value), "host");
      return this;
    }

    /**
     * Sets the server's TCP port.
     *
     * @throws IllegalArgumentException if the value is not between 1 and 65535
     * @throws IllegalStateException if it is set already
     */
    public Builder port(int value) {
      this.port = SetOnce.value(this.port, ServerAddress.port(value), "port");
      return this;
    }

    /**
     * Sets the name of the default schema. White space around it is left out.
     *
     * @throws IllegalArgumentException if the value can be none; the message does not repeat it
     * @throws IllegalStateException if it is set already
     */
    public Builder database(String value) {
      this.database = SetOnce.value(this.database, ServerAddress.schema(value), "database");
      return this;
    }

    /**
     * Sets the version of the secret; it may appear in logs, so it is kept as one line of at most
     * 512 characters.
     *
     * @throws IllegalStateException if it is set already
     */
    public Builder version(String value) {
      requireNonNull(value, "version");
      this.version = SetOnce.value(this.version, Line.of(value), "version");
      return this;
    }

    /**
     * Sets the time from which the server no longer takes these credentials.
     *
     * @throws IllegalStateException if it is set already
     */
    public Builder expiry(Instant value) {
      this.expiry = SetOnce.value(this.expiry, value, "expiry");
      return this;
    }

    /**
     * Sets when the credentials were last confirmed by where they come from.
     *
     * @throws IllegalStateException if it is set already
     */
    public Builder retrievedAt(Instant value) {
      this.retrievedAt = SetOnce.value(this.retrievedAt, value, "retrievedAt");
      return this;
    }

    /**
     * Marks the credentials as served beyond their time to live because a refresh failed.
     *
     * @throws IllegalStateException if it is set already
     */
    public Builder staleSince(Instant value) {
      this.staleSince = SetOnce.value(this.staleSince, value, "staleSince");
      return this;
    }

    /**
     * Sets whether the password may only go to a server whose certificate was verified; false by
     * default. A source that makes credentials out of those of another source must pass it on.
     *
     * @throws IllegalStateException if it is set already
     */
    public Builder needsVerifiedTls(boolean value) {
      this.needsVerifiedTls = SetOnce.value(this.needsVerifiedTls, value, "needsVerifiedTls");
      return this;
    }

    /** Returns the credentials. */
    public DatabaseCredentials build() {
      return new DatabaseCredentials(this);
    }
  }
}
