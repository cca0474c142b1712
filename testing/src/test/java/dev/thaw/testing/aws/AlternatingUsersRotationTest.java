package dev.thaw.testing.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class AlternatingUsersRotationTest extends RotationSetup {
  AlternatingUsersRotationTest() {
    super(SecretRotation::alternatingUsers);
  }

  @Test
  void the_first_rotation_makes_a_clone_and_leaves_the_first_user_alone() throws Exception {
    JsonObject first = secret("AWSCURRENT");

    rotation.createSecret();
    assertThat(accounts(cloneName())).isEmpty();
    rotation.setSecret();
    rotation.testSecret();
    assertThat(secret("AWSCURRENT")).isEqualTo(first);
    rotation.finishSecret();

    JsonObject second = secret("AWSCURRENT");
    assertThat(second.getString("username")).isEqualTo(cloneName());
    assertLogsIn(first);
    assertLogsIn(second);
  }

  @Test
  void the_users_take_turns_and_each_keeps_its_password_for_one_more_rotation() throws Exception {
    JsonObject first = secret("AWSCURRENT");
    rotation.rotate();
    JsonObject second = secret("AWSCURRENT");
    rotation.rotate();
    JsonObject third = secret("AWSCURRENT");

    assertThat(third.getString("username")).isEqualTo(first.getString("username"));
    assertLogsIn(third);
    assertLogsIn(second);
    assertRefused(first);

    rotation.rotate();
    assertThat(secret("AWSCURRENT").getString("username")).isEqualTo(cloneName());
    assertRefused(second);
    assertLogsIn(third);
  }

  @Test
  void the_clone_may_do_what_the_first_user_may_and_nothing_more() throws Exception {
    String other = "`" + schema.name() + "x TO y`";
    try (Connection admin = SERVER.connect()) {
      Sql.execute(admin, "CREATE DATABASE " + other);
      Sql.execute(admin, "CREATE TABLE " + schema.name() + ".t (a INT, b INT)");
      try {
        grant(admin, "GRANT SELECT ON " + other + ".* TO ?@'%' WITH GRANT OPTION");
        grant(admin, "GRANT SELECT (a), UPDATE (b) ON " + schema.name() + ".t TO ?@'%'");
        grant(admin, "GRANT PROCESS ON *.* TO ?@'%'");

        rotation.rotate();

        String first = schema.credentials().username();
        assertThat(grants(admin, cloneName()))
            .hasSizeGreaterThan(3)
            .containsExactlyInAnyOrderElementsOf(
                grants(admin, first).stream().map(g -> g.replace(first, cloneName())).toList());
      } finally {
        Sql.execute(admin, "DROP DATABASE " + other);
      }
    }
  }

  @Test
  void a_grant_that_came_later_reaches_the_clone_with_the_next_rotation() throws Exception {
    rotation.rotate();
    rotation.rotate();
    try (Connection admin = SERVER.connect()) {
      grant(admin, "GRANT PROCESS ON *.* TO ?@'%'");

      rotation.rotate();

      assertThat(grants(admin, cloneName())).anyMatch(g -> g.contains("PROCESS"));
    }
  }

  @Test
  void a_role_is_granted_to_the_clone_too() throws Exception {
    String role = schema.name() + "r";
    try (Connection admin = SERVER.connect()) {
      Sql.execute(admin, "CREATE ROLE " + role);
      try {
        grant(admin, "GRANT " + role + " TO ?@'%'");

        rotation.rotate();

        assertThat(grants(admin, cloneName())).anyMatch(g -> g.contains(role));
      } finally {
        Sql.execute(admin, "DROP ROLE " + role);
      }
    }
  }

  @Test
  void the_clone_must_use_tls_if_the_first_user_must() throws Exception {
    try (Connection admin = SERVER.connect()) {
      for (String option : List.of("SSL", "X509", "SUBJECT '/CN=o\\'r'", "NONE")) {
        grant(admin, "ALTER USER ?@'%' REQUIRE " + option);

        rotation.createSecret();
        rotation.setSecret();

        assertThat(tls(admin, cloneName()))
            .as(option)
            .isEqualTo(tls(admin, schema.credentials().username()));
      }
    }
  }

  @Test
  void names_with_any_character_are_quoted() throws Exception {
    String user = "o'b`r\\i%e\"n" + schema.name().substring(0, 8);
    try (Connection admin = SERVER.connect()) {
      try (PreparedStatement create =
          admin.prepareStatement("CREATE USER ?@'%' IDENTIFIED BY 'Aa1-first'")) {
        create.setString(1, user);
        create.execute();
      }
      secretsManager.createSecret("odd", DatabaseCredentials.of(user, "Aa1-first"));
      try (SecretRotation odd = SecretRotation.alternatingUsers(secretsManager, "odd", SERVER)) {
        odd.rotate();
        odd.rotate();

        JsonObject current =
            JsonParser.object()
                .from(secretsManager.secretString("odd", "AWSCURRENT").orElseThrow());
        assertThat(current.getString("username")).isEqualTo(user);
        assertLogsIn(current);
      } finally {
        try (PreparedStatement drop = admin.prepareStatement("DROP USER ?@'%'")) {
          drop.setString(1, user);
          drop.execute();
        }
      }
    }
  }

  @Test
  void close_drops_the_clone_but_not_one_that_was_there_before() throws Exception {
    rotation.rotate();
    try (SecretRotation second = SecretRotation.alternatingUsers(secretsManager, SECRET, SERVER)) {
      second.rotate();
      second.rotate();
    }
    assertThat(accounts(cloneName())).hasSize(1);

    rotation.close();
    rotation.close();

    assertThat(accounts(cloneName())).isEmpty();
    assertThat(accounts(schema.credentials().username())).hasSize(1);
  }

  @Test
  void it_says_what_it_is_without_a_secret() {
    assertThat(rotation).hasToString("SecretRotation[prod/orders/db, alternating users]");
  }

  private String cloneName() {
    return schema.credentials().username() + "_clone";
  }

  private void grant(Connection admin, String sql) throws SQLException {
    try (PreparedStatement statement = admin.prepareStatement(sql)) {
      statement.setString(1, schema.credentials().username());
      statement.execute();
    }
  }

  /** What SHOW GRANTS says, without the password that MariaDB adds. */
  private static List<String> grants(Connection admin, String user) throws SQLException {
    return Sql.strings(admin, "SHOW GRANTS FOR " + user + "@'%'").stream()
        .map(grant -> grant.replaceAll(" IDENTIFIED BY PASSWORD '[^']*'", ""))
        .toList();
  }

  private static String tls(Connection admin, String user) throws SQLException {
    return Sql.string(
        admin,
        "SELECT CONCAT_WS('|', ssl_type, ssl_cipher, x509_issuer, x509_subject) FROM mysql.user"
            + " WHERE User = '"
            + user
            + "'");
  }

  private static List<String> accounts(String user) throws SQLException {
    return Sql.strings(SERVER::connect, "SELECT Host FROM mysql.user WHERE User = '" + user + "'");
  }
}
