package dev.thaw.examples.assetapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.PooledConnectionProvider;
import dev.thaw.SslMode;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the user of the public functions may do at the server. */
@DatabaseTest(schema = "schema.sql")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApplicationUserTest {
  private static final DatabaseServer SERVER = DatabaseServer.shared();
  // https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html: access denied to a
  // schema, an account, a table, for want of a privilege, to a routine; may not create users.
  private static final Set<Integer> DENIED = Set.of(1044, 1045, 1142, 1227, 1370, 1410);

  private final String name =
      "app" + UUID.randomUUID().toString().replace("-", "").substring(0, 20);
  private final String password = "Aa1-" + UUID.randomUUID();

  @BeforeAll
  void create_the_user(TestSchema schema) throws SQLException {
    try (Connection connection = SERVER.connect()) {
      connection.setCatalog(schema.name());
      ApplicationUser.withPassword(name, password).create(connection);
    }
  }

  @AfterAll
  void drop_the_user() throws SQLException {
    try (Connection connection = SERVER.connect();
        PreparedStatement drop = connection.prepareStatement("DROP USER IF EXISTS ?@'%'")) {
      drop.setString(1, name);
      drop.execute();
    }
  }

  private PooledConnectionProvider.Builder provider(TestSchema schema) {
    return PooledConnectionProvider.builder()
        .host(SERVER.host())
        .port(SERVER.port())
        .database(schema.name())
        .credentials(name, password);
  }

  @Test
  void it_has_two_privileges_on_one_table(TestSchema schema) throws SQLException {
    List<String> grants = new ArrayList<>();
    try (PooledConnectionProvider db = provider(schema).build();
        Connection connection = db.get();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW GRANTS")) {
      while (rows.next()) {
        grants.add(rows.getString(1));
      }
    }
    assertThat(grants)
        .satisfiesExactly(
            login -> assertThat(login).startsWith("GRANT USAGE ON *.* TO"),
            table ->
                assertThat(table)
                    .startsWith("GRANT SELECT, INSERT ON `" + schema.name() + "`.`assets` TO")
                    .doesNotContain("GRANT OPTION"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE assets SET name = 'x'",
        "DELETE FROM assets",
        "REPLACE INTO assets (id, name, serial_number, created_at) VALUES (1, 'x', 'x', NOW())",
        "TRUNCATE TABLE assets",
        "DROP TABLE assets",
        "ALTER TABLE assets ADD COLUMN more INT",
        "CREATE INDEX more ON assets (name)",
        "CREATE TABLE more (id INT)",
        "CREATE TEMPORARY TABLE more (id INT)",
        "CREATE VIEW more AS SELECT 1",
        "CREATE TRIGGER more BEFORE INSERT ON assets FOR EACH ROW SET NEW.name = 'x'",
        "CREATE PROCEDURE more() SELECT 1",
        "LOCK TABLES assets WRITE",
        "CREATE DATABASE more",
        "CREATE USER more",
        "GRANT SELECT ON assets TO more",
        "SELECT user FROM mysql.user",
        "SELECT 1 INTO OUTFILE 'more'",
        "SET GLOBAL max_connections = 1",
      })
  void everything_else_is_denied(String sql, TestSchema schema) throws SQLException {
    try (PooledConnectionProvider db = provider(schema).build();
        Connection connection = db.get();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute(sql))
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> assertThat(e.getErrorCode()).as(e.getMessage()).isIn(DENIED));
    }
  }

  @Test
  void it_cannot_log_in_without_tls(TestSchema schema) {
    try (PooledConnectionProvider encrypted = provider(schema).sslMode(SslMode.REQUIRED).build();
        PooledConnectionProvider plain = provider(schema).sslMode(SslMode.DISABLED).build()) {
      assertThat(encrypted.check().success()).isTrue();
      assertThat(plain.check().success()).isFalse();
    }
  }

  /** The server may quote the statement in its message, and the password is in the statement. */
  @Test
  void a_refusal_repeats_no_text_of_the_server(TestSchema schema) throws SQLException {
    String other = "other";
    try (Connection connection = schema.connect()) {
      assertThatThrownBy(() -> ApplicationUser.withPassword(other, password).create(connection))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getErrorCode()).isIn(DENIED))
          .hasMessageMatching(
              "CREATE USER IF NOT EXISTS other: the server refused it with error [0-9]+")
          .hasNoCause();
    }
  }
}
