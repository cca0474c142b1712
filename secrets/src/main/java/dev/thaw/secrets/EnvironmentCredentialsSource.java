package dev.thaw.secrets;

import static dev.thaw.internal.settings.BuilderSettings.DATABASE;
import static dev.thaw.internal.settings.BuilderSettings.HOST;
import static dev.thaw.internal.settings.BuilderSettings.PORT;
import static dev.thaw.secrets.EnvironmentSettings.PASSWORD;
import static dev.thaw.secrets.EnvironmentSettings.USER;
import static java.util.Objects.requireNonNull;

import dev.thaw.Deadline;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Credentials from environment variables: {@code DB_HOST}, {@code DB_PORT} (3306 if not set),
 * {@code DB_NAME}, {@code DB_USER} and {@code DB_PASSWORD}.
 *
 * <p>Outside AWS Lambda a {@code .env} file in the working directory adds variables that the
 * environment does not set, in the syntax of Node's <a
 * href="https://github.com/motdotla/dotenv">dotenv</a>. It cannot say where a password of the
 * environment goes: {@code DB_HOST}, {@code DB_PORT} and what is about TLS must then be variables
 * of the environment too.
 *
 * <p>The variables are read once, when the source is made, and every one but {@code DB_PORT} must
 * be set; an empty value counts as not set, except that of {@code DB_PASSWORD}. White space around
 * the values of host, port and schema is left out. Thread-safe.
 */
public final class EnvironmentCredentialsSource implements CredentialsSource {
  private final @Nullable DatabaseCredentials credentials;
  private final List<String> problems;
  private final boolean onlyMissing;

  private EnvironmentCredentialsSource(Settings settings) {
    boolean wrongBefore = !settings.problems().isEmpty();
    settings.require(HOST, DATABASE);
    settings.requireLogin();
    int missing = settings.problems().size();
    settings.requireOneOrigin();
    String host = settings.value(HOST);
    int port = settings.valueOrDefault(PORT);
    String database = settings.value(DATABASE);
    String user = settings.untrimmed(USER);
    String password = settings.untrimmedOrEmpty(PASSWORD);
    this.problems = settings.problems();
    this.onlyMissing = !wrongBefore && problems.size() == missing;
    if (host == null || database == null || user == null || password == null) {
      this.credentials = null;
    } else {
      this.credentials =
          DatabaseCredentials.builder(user, password)
              .host(host)
              .port(port)
              .database(database)
              .build();
    }
  }

  /**
   * Returns a source that reads {@code DB_HOST} and the others.
   *
   * @return the source; wrong or missing variables are reported by {@link #credentials(Deadline)}
   */
  public static EnvironmentCredentialsSource of() {
    return of("", Environment.ofProcess());
  }

  /**
   * Returns a source whose variables begin with a prefix and an underscore: the prefix {@code
   * ORDERS} reads {@code ORDERS_DB_HOST} and the others.
   *
   * @param prefix letters, digits and underscores, the first a letter, the last no underscore
   * @return the source; wrong or missing variables are reported by {@link #credentials(Deadline)}
   * @throws IllegalArgumentException if the prefix is not allowed
   */
  public static EnvironmentCredentialsSource of(String prefix) {
    requireNonNull(prefix, "prefix");
    return of(Settings.checkedPrefix(prefix), Environment.ofProcess());
  }

  static EnvironmentCredentialsSource of(String prefix, Environment environment) {
    Settings settings = new Settings(environment, prefix);
    settings.warnOfUnknown();
    return new EnvironmentCredentialsSource(settings);
  }

  /** Reads with settings that collect the problems of others too. */
  static EnvironmentCredentialsSource of(Settings settings) {
    return new EnvironmentCredentialsSource(settings);
  }

  /**
   * Returns the credentials that the variables hold; does no I/O.
   *
   * @throws SQLNonTransientConnectionException if variables are missing, with SQLState {@code
   *     02000}, or malformed; the message names all of them
   */
  @Override
  public DatabaseCredentials credentials(Deadline deadline) throws SQLException {
    if (credentials == null || !problems.isEmpty()) {
      String message = Settings.message(problems);
      throw onlyMissing
          ? SourceFailures.none(message, null)
          : new SQLNonTransientConnectionException(message);
    }
    return credentials;
  }

  /** Returns a text without any value. */
  @Override
  public String toString() {
    return "EnvironmentCredentialsSource";
  }
}
