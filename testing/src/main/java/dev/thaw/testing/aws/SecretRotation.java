package dev.thaw.testing.aws;

import static java.util.Objects.requireNonNull;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.testing.internal.rotation.Accounts;
import dev.thaw.testing.internal.rotation.RotatedServer;
import dev.thaw.testing.internal.server.Passwords;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rotation of a database secret as AWS performs it, in its four steps, on a real server and in
 * a {@link FakeSecretsManager}. A test can stop after each step.
 *
 * <p>The steps do what AWS's rotation functions for MySQL and MariaDB do
 * (SecretsManagerRDSMySQLRotationSingleUser and …MultiUser): {@link #createSecret()} adds a version
 * with a new random password as {@code AWSPENDING}; {@link #setSecret()} makes the server accept
 * it; {@link #testSecret()} logs in with it; {@link #finishSecret()} makes it {@code AWSCURRENT}.
 * With a {@linkplain #singleUser single user} nothing but the pending version works between the
 * second and the last step. With {@linkplain #alternatingUsers alternating users} the pending
 * version is for the other one of {@code app} and {@code app_clone}, which gets the grants of the
 * first.
 *
 * <p>One thing differs: AWS's functions first try to log in with the pending version, which must
 * fail. This one does not, so that the server sees only the refused logins of the code under test.
 *
 * <p>The secret must be a JSON object with {@code username} and {@code password}. What the rotation
 * asks of the {@link FakeSecretsManager} meets no fault there and is not counted. No log and no
 * exception shows a password. Thread-safe.
 */
public final class SecretRotation implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SecretRotation.class);
  private static final String CURRENT = "AWSCURRENT";
  private static final String PENDING = "AWSPENDING";
  private static final String CLONE = "_clone";

  private final FakeSecretsManager secretsManager;
  private final String secretId;
  private final RotatedServer server;
  private final boolean alternating;
  private @Nullable String createdUser;

  private SecretRotation(
      FakeSecretsManager secretsManager,
      String secretId,
      RotatedServer server,
      boolean alternating) {
    this.secretsManager = requireNonNull(secretsManager, "secretsManager");
    this.secretId = requireNonNull(secretId, "secretId");
    this.server = server;
    this.alternating = alternating;
  }

  /**
   * Returns a rotation that changes the password of the one user that the secret names.
   *
   * @param secretsManager where the secret is
   * @param secretId the secret's name or ARN
   * @param server the server whose password is changed
   * @return the rotation, of which no step has been taken
   */
  public static SecretRotation singleUser(
      FakeSecretsManager secretsManager, String secretId, DatabaseInstance server) {
    return new SecretRotation(secretsManager, secretId, of(server), false);
  }

  /**
   * Returns a rotation that changes the password of the one user that the secret names.
   *
   * @param secretsManager where the secret is
   * @param secretId the secret's name or ARN
   * @param administrator logs in as a user who may alter users; must also support {@link
   *     DataSource#getConnection(String, String)}, as MySQL Connector/J's {@code MysqlDataSource}
   *     does
   * @return the rotation, of which no step has been taken
   */
  public static SecretRotation singleUser(
      FakeSecretsManager secretsManager, String secretId, DataSource administrator) {
    return new SecretRotation(secretsManager, secretId, of(administrator), false);
  }

  /**
   * Returns a rotation that alternates between the user that the secret names and a clone of it,
   * which is created by the first rotation.
   *
   * @param secretsManager where the secret is
   * @param secretId the secret's name or ARN
   * @param server the server whose users are changed
   * @return the rotation, of which no step has been taken
   */
  public static SecretRotation alternatingUsers(
      FakeSecretsManager secretsManager, String secretId, DatabaseInstance server) {
    return new SecretRotation(secretsManager, secretId, of(server), true);
  }

  /**
   * Returns a rotation that alternates between the user that the secret names and a clone of it,
   * which is created by the first rotation.
   *
   * @param secretsManager where the secret is
   * @param secretId the secret's name or ARN
   * @param administrator logs in as a user who may create and alter users and has every privilege
   *     that is to be granted; must also support {@link DataSource#getConnection(String, String)},
   *     as MySQL Connector/J's {@code MysqlDataSource} does
   * @return the rotation, of which no step has been taken
   */
  public static SecretRotation alternatingUsers(
      FakeSecretsManager secretsManager, String secretId, DataSource administrator) {
    return new SecretRotation(secretsManager, secretId, of(administrator), true);
  }

  /**
   * Takes the first step: adds a version with a new password as {@code AWSPENDING}. If a version is
   * pending already, the rotation goes on with that one.
   *
   * @return the id of the pending version
   * @throws IllegalArgumentException if there is no such secret
   * @throws IllegalStateException if the current version is not a JSON object with {@code username}
   */
  public synchronized String createSecret() {
    Optional<String> underWay = pendingVersion();
    if (underWay.isPresent()) {
      return underWay.get();
    }
    JsonObject secret = read(CURRENT);
    if (alternating) {
      secret.put("username", alternate(required(secret, "username")));
    }
    secret.put("password", Passwords.random());
    String version = UUID.randomUUID().toString();
    secretsManager.putSecretValue(secretId, version, secret, PENDING);
    LOG.debug("createSecret: version {} of secret {} is pending", version, secretId);
    return version;
  }

  /**
   * Takes the second step: makes the server accept the pending version. With alternating users this
   * creates the other user, if need be, and gives it the grants and TLS options of the current one.
   *
   * @throws IllegalArgumentException if there is no such secret
   * @throws IllegalStateException if no version is pending, if the pending version is for a user
   *     whom this rotation must not change, or if the server does not have the user
   * @throws SQLException if the server cannot be reached or refuses
   */
  public synchronized void setSecret() throws SQLException {
    String version = requirePending();
    String current = required(read(CURRENT), "username");
    JsonObject pending = read(PENDING);
    String user = required(pending, "username");
    if (!user.equals(alternating ? alternate(current) : current)) {
      throw new IllegalStateException(
          "secret " + secretId + ": the pending version is for a user of its own");
    }
    String password = required(pending, "password");
    try (Connection administrator = server.administrator()) {
      Accounts accounts = new Accounts(administrator);
      if (!alternating) {
        accounts.setPassword(user, password);
      } else if (accounts.copy(current, user, password)) {
        createdUser = user;
      }
    }
    LOG.debug("setSecret: the server accepts version {} of secret {}", version, secretId);
  }

  /**
   * Takes the third step: logs in with the pending version.
   *
   * @throws IllegalArgumentException if there is no such secret
   * @throws IllegalStateException if no version is pending
   * @throws SQLException if the server cannot be reached or refuses the login, as it does before
   *     {@link #setSecret()}
   */
  public synchronized void testSecret() throws SQLException {
    String version = requirePending();
    JsonObject pending = read(PENDING);
    try (Connection connection =
            server.user(required(pending, "username"), required(pending, "password"));
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT NOW()");
    }
    LOG.debug("testSecret: version {} of secret {} logs in", version, secretId);
  }

  /**
   * Takes the last step: the pending version becomes {@code AWSCURRENT}, and the current one {@code
   * AWSPREVIOUS}.
   *
   * @throws IllegalArgumentException if there is no such secret
   * @throws IllegalStateException if no version is pending
   */
  public synchronized void finishSecret() {
    String version = requirePending();
    secretsManager.updateSecretVersionStage(secretId, CURRENT, version);
    LOG.debug("finishSecret: version {} of secret {} is current", version, secretId);
  }

  /**
   * Takes all four steps, or those that are left of a rotation under way.
   *
   * @return the id of the version that is now current
   * @throws IllegalArgumentException if there is no such secret
   * @throws IllegalStateException if the secret cannot be rotated this way
   * @throws SQLException if the server cannot be reached or refuses
   */
  public synchronized String rotate() throws SQLException {
    String version = createSecret();
    setSecret();
    testSecret();
    finishSecret();
    return version;
  }

  /**
   * Drops the user that {@link #setSecret()} has created, if any. Secret and passwords stay.
   * Idempotent.
   *
   * @throws IllegalStateException if the server cannot be reached or refuses
   */
  @Override
  public synchronized void close() {
    if (createdUser == null) {
      return;
    }
    try (Connection administrator = server.administrator()) {
      new Accounts(administrator).drop(createdUser);
      createdUser = null;
    } catch (SQLException e) {
      throw new IllegalStateException(
          "the clone that the rotation of secret " + secretId + " made cannot be dropped", e);
    }
  }

  /** Returns the name of the secret; never its value. */
  @Override
  public String toString() {
    return "SecretRotation[" + secretId + (alternating ? ", alternating users]" : ", single user]");
  }

  /** A version that was pending and has become current stays labelled, but is none under way. */
  private Optional<String> pendingVersion() {
    Map<String, Set<String>> versions = secretsManager.versionIdsToStages(secretId);
    return versions.entrySet().stream()
        .filter(v -> v.getValue().contains(PENDING) && !v.getValue().contains(CURRENT))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private String requirePending() {
    return pendingVersion()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "secret " + secretId + ": no version is pending, call createSecret() first"));
  }

  private JsonObject read(String stage) {
    String text =
        secretsManager
            .secretString(secretId, stage)
            .orElseThrow(
                () -> new IllegalStateException("secret " + secretId + ": no text is " + stage));
    try {
      return JsonParser.object().from(text);
    } catch (JsonParserException e) {
      // Without the cause: its text may quote the secret.
      throw new IllegalStateException(
          "secret " + secretId + ": the " + stage + " version is not a JSON object");
    }
  }

  private String required(JsonObject secret, String key) {
    String value = secret.getString(key);
    if (value == null || value.isEmpty()) {
      throw new IllegalStateException("secret " + secretId + ": the key " + key + " is missing");
    }
    return value;
  }

  private static String alternate(String user) {
    return user.endsWith(CLONE) ? user.substring(0, user.length() - CLONE.length()) : user + CLONE;
  }

  private static RotatedServer of(DatabaseInstance server) {
    requireNonNull(server, "server");
    return new RotatedServer() {
      @Override
      public Connection administrator() throws SQLException {
        return server.connect();
      }

      @Override
      public Connection user(String name, String password) throws SQLException {
        return server.connect(DatabaseCredentials.of(name, password));
      }
    };
  }

  private static RotatedServer of(DataSource administrator) {
    requireNonNull(administrator, "administrator");
    return new RotatedServer() {
      @Override
      public Connection administrator() throws SQLException {
        return administrator.getConnection();
      }

      @Override
      public Connection user(String name, String password) throws SQLException {
        return administrator.getConnection(name, password);
      }
    };
  }
}
