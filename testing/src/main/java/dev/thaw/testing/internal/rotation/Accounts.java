package dev.thaw.testing.internal.rotation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The accounts of a server, seen and changed by its administrator. No exception shows a password or
 * a user name.
 */
public final class Accounts {
  private static final int ER_PARSE_ERROR = 1064;

  private final Connection administrator;
  private final boolean backslashEscapes;

  /** Works on a connection that the caller closes. */
  public Accounts(Connection administrator) throws SQLException {
    this.administrator = administrator;
    this.backslashEscapes =
        column("SELECT @@sql_mode").stream().noneMatch(m -> m.contains("NO_BACKSLASH_ESCAPES"));
  }

  /**
   * Sets the password of every account of a user.
   *
   * @throws IllegalStateException if there is none
   */
  public void setPassword(String user, String password) throws SQLException {
    for (Account account : of(user)) {
      secretly(
          "ALTER USER " + account.quoted() + " IDENTIFIED BY " + literal(password), "password");
    }
  }

  /**
   * Gives a user the accounts, grants and TLS options of another one, and a password.
   *
   * @return whether the user is new
   * @throws IllegalStateException if the original has no account
   */
  public boolean copy(String original, String copy, String password) throws SQLException {
    boolean isNew = hosts(copy).isEmpty();
    for (Account account : of(original)) {
      Account twin = new Account(copy, account.host());
      String identified = twin.quoted() + " IDENTIFIED BY " + literal(password);
      secretly("CREATE USER IF NOT EXISTS " + identified, "user");
      for (String line : column("SHOW GRANTS FOR " + account.quoted())) {
        execute(
            account
                .grantFor(twin, line)
                .orElseThrow(
                    () -> new IllegalStateException("SHOW GRANTS has a line without the user")));
      }
      execute("ALTER USER " + twin.quoted() + " REQUIRE " + tlsOptions(account));
      secretly("ALTER USER " + identified, "password");
    }
    return isNew;
  }

  /** Drops every account of a user. */
  public void drop(String user) throws SQLException {
    for (String host : hosts(user)) {
      execute("DROP USER IF EXISTS " + new Account(user, host).quoted());
    }
  }

  private List<Account> of(String user) throws SQLException {
    List<Account> accounts = hosts(user).stream().map(host -> new Account(user, host)).toList();
    if (accounts.isEmpty()) {
      throw new IllegalStateException("the server does not have the user that the secret names");
    }
    return accounts;
  }

  private List<String> hosts(String user) throws SQLException {
    // MariaDB lists roles here too, without a host.
    String query = "SELECT Host FROM mysql.user WHERE User = ? AND Host <> '' ORDER BY Host";
    try (PreparedStatement statement = administrator.prepareStatement(query)) {
      statement.setString(1, user);
      return column(statement.executeQuery());
    }
  }

  private String tlsOptions(Account account) throws SQLException {
    String query =
        "SELECT ssl_type, ssl_cipher, x509_issuer, x509_subject FROM mysql.user"
            + " WHERE User = ? AND Host = ?";
    try (PreparedStatement statement = administrator.prepareStatement(query)) {
      statement.setString(1, account.user());
      statement.setString(2, account.host());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return switch (row.getString(1)) {
          case "ANY" -> "SSL";
          case "X509" -> "X509";
          case "SPECIFIED" ->
              (option("CIPHER", row.getString(2))
                      + option("ISSUER", row.getString(3))
                      + option("SUBJECT", row.getString(4)))
                  .strip();
          default -> "NONE";
        };
      }
    }
  }

  private String option(String name, String value) {
    return value.isEmpty() ? "" : name + " " + literal(value) + " ";
  }

  private String literal(String text) {
    String escaped = backslashEscapes ? text.replace("\\", "\\\\") : text;
    return "'" + escaped.replace("'", "''") + "'";
  }

  /** Executes a statement whose text must not be seen in an exception. */
  private void secretly(String sql, String what) throws SQLException {
    try {
      execute(sql);
    } catch (SQLException e) {
      // A parse error quotes the statement; other errors name what they object to.
      String reason = e.getErrorCode() == ER_PARSE_ERROR ? "parse error" : e.getMessage();
      throw new SQLException(
          "the server refused the new " + what + ": " + reason, e.getSQLState(), e.getErrorCode());
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = administrator.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<String> column(String query) throws SQLException {
    try (Statement statement = administrator.createStatement()) {
      return column(statement.executeQuery(query));
    }
  }

  private static List<String> column(ResultSet rows) throws SQLException {
    try (rows) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }
}
