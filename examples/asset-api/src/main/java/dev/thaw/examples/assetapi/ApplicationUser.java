package dev.thaw.examples.assetapi;

import dev.thaw.Deadline;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.secrets.SecretsManagerCredentialsSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/**
 * The user that the functions with a route log in as. It may read the table {@code assets} and add
 * to it, and nothing else.
 */
final class ApplicationUser {
  /** The variable with the name or ARN of the secret that holds the user's name and password. */
  static final String SECRET_VARIABLE = "APP_DB_SECRET_NAME";

  /** The variable with the name of a user without a password, who logs in with IAM tokens. */
  static final String IAM_USER_VARIABLE = "APP_DB_IAM_USER";

  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.DBAccounts.html
  private static final String BY_TOKEN = "IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'";
  private static final String BY_PASSWORD = "IDENTIFIED BY ?";

  private final String name;
  private final Optional<String> password;

  private ApplicationUser(String name, Optional<String> password) {
    this.name = name;
    this.password = password;
  }

  static ApplicationUser withPassword(String name, String password) {
    return new ApplicationUser(name, Optional.of(password));
  }

  static ApplicationUser withIamToken(String name) {
    return new ApplicationUser(name, Optional.empty());
  }

  /** Tells who the user is, at each call anew: no secret is kept, and so none is in a snapshot. */
  @FunctionalInterface
  interface Source {
    ApplicationUser read(Deadline deadline) throws SQLException;
  }

  /**
   * Returns the source that the variables describe.
   *
   * @throws IllegalStateException unless exactly one of the two variables is set
   */
  static Source sourceOf(Map<String, String> environment) {
    String secret = environment.getOrDefault(SECRET_VARIABLE, "");
    String iamUser = environment.getOrDefault(IAM_USER_VARIABLE, "");
    if (secret.isEmpty() == iamUser.isEmpty()) {
      throw new IllegalStateException(
          "Exactly one of " + SECRET_VARIABLE + " and " + IAM_USER_VARIABLE + " must be set");
    }
    if (secret.isEmpty()) {
      return deadline -> withIamToken(iamUser);
    }
    return deadline -> {
      try (SecretsManagerCredentialsSource source =
          SecretsManagerCredentialsSource.builder().secretId(secret).build()) {
        DatabaseCredentials login = source.credentials(deadline);
        return withPassword(login.username(), login.password());
      }
    };
  }

  String name() {
    return name;
  }

  /**
   * Creates the user unless it is there, sets its password, and grants what it may do.
   *
   * @param connection to the schema that has the table, as a user who may create users
   * @throws SQLException if the server refuses it
   */
  void create(Connection connection) throws SQLException {
    identify(connection, "CREATE USER IF NOT EXISTS");
    // Also for a user who was there: the secret may have changed.
    identify(connection, "ALTER USER");
    try (PreparedStatement grant =
        connection.prepareStatement("GRANT SELECT, INSERT ON assets TO ?@'%'")) {
      grant.setString(1, name);
      grant.execute();
    }
  }

  private void identify(Connection connection, String verb) throws SQLException {
    String sql =
        verb + " ?@'%' " + (password.isPresent() ? BY_PASSWORD : BY_TOKEN) + " REQUIRE SSL";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, name);
      if (password.isPresent()) {
        statement.setString(2, password.get());
      }
      statement.execute();
    } catch (SQLException e) {
      if (password.isEmpty()) {
        throw e;
      }
      // A server's message may quote the statement, and so the password: no message, no cause.
      throw new SQLException(
          verb + " " + name + ": the server refused it with error " + e.getErrorCode(),
          e.getSQLState(),
          e.getErrorCode());
    }
  }
}
