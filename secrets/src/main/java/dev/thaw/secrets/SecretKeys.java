package dev.thaw.secrets;

import static java.util.Objects.requireNonNull;

import dev.thaw.internal.util.SetOnce;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The names under which a JSON secret keeps its values.
 *
 * <p>{@link #defaults()} are those of AWS's own database secrets: {@code host}, {@code port},
 * {@code dbname} (or {@code database}), {@code username} and {@code password}. Immutable.
 */
public final class SecretKeys {
  private static final SecretKeys DEFAULTS = builder().build();

  private final String host;
  private final String port;
  private final List<String> database;
  private final String username;
  private final String password;

  private SecretKeys(Builder builder) {
    this.host = orElse(builder.host, "host");
    this.port = orElse(builder.port, "port");
    this.database =
        builder.database == null ? List.of("dbname", "database") : List.of(builder.database);
    this.username = orElse(builder.username, "username");
    this.password = orElse(builder.password, "password");
  }

  private static String orElse(@Nullable String value, String unset) {
    return value == null ? unset : value;
  }

  /** Returns the names that AWS's own database secrets use. */
  public static SecretKeys defaults() {
    return DEFAULTS;
  }

  /** Returns a builder in which each name is the default one until it is set. */
  public static Builder builder() {
    return new Builder();
  }

  String host() {
    return host;
  }

  String port() {
    return port;
  }

  /** Returns the names that may hold the database, the first that is there counts. */
  List<String> database() {
    return database;
  }

  String username() {
    return username;
  }

  String password() {
    return password;
  }

  /** Returns the names, which are not secret. */
  @Override
  public String toString() {
    List<String> names = new ArrayList<>(List.of(host, port));
    names.addAll(database);
    names.add(username);
    names.add(password);
    return "SecretKeys" + names;
  }

  /**
   * A builder of {@link SecretKeys} in which each name may be set once.
   *
   * <p>Not thread-safe.
   */
  public static final class Builder {
    private @Nullable String host;
    private @Nullable String port;
    private @Nullable String database;
    private @Nullable String username;
    private @Nullable String password;

    private Builder() {}

    /**
     * Sets the name of the value that is the server's host; default {@code host}.
     *
     * @throws IllegalArgumentException if the name is empty
     * @throws IllegalStateException if it is set already
     */
    public Builder host(String name) {
      this.host = once(this.host, name, "host");
      return this;
    }

    /**
     * Sets the name of the value that is the server's port; default {@code port}.
     *
     * @throws IllegalArgumentException if the name is empty
     * @throws IllegalStateException if it is set already
     */
    public Builder port(String name) {
      this.port = once(this.port, name, "port");
      return this;
    }

    /**
     * Sets the name of the value that is the default schema; default {@code dbname} or {@code
     * database}.
     *
     * @throws IllegalArgumentException if the name is empty
     * @throws IllegalStateException if it is set already
     */
    public Builder database(String name) {
      this.database = once(this.database, name, "database");
      return this;
    }

    /**
     * Sets the name of the value that is the user name; default {@code username}.
     *
     * @throws IllegalArgumentException if the name is empty
     * @throws IllegalStateException if it is set already
     */
    public Builder username(String name) {
      this.username = once(this.username, name, "username");
      return this;
    }

    /**
     * Sets the name of the value that is the password; default {@code password}.
     *
     * @throws IllegalArgumentException if the name is empty
     * @throws IllegalStateException if it is set already
     */
    public Builder password(String name) {
      this.password = once(this.password, name, "password");
      return this;
    }

    /** Returns the names. */
    public SecretKeys build() {
      return new SecretKeys(this);
    }

    private static String once(@Nullable String present, String name, String what) {
      requireNonNull(name, what);
      if (name.isEmpty()) {
        throw new IllegalArgumentException(what + " is empty, allowed is the name of a JSON key");
      }
      return SetOnce.value(present, name, what);
    }
  }
}
