package dev.thaw.testing.internal.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EmbeddedServerTest {
  private static DatabaseServer server;

  @BeforeAll
  static void start() {
    server =
        DatabaseServer.builder()
            .kind(DatabaseServer.Kind.EMBEDDED)
            .option("max_connections", "40")
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void is_mariadb_on_the_loopback_interface_only() throws Exception {
    assertThat(server.version()).startsWith("MariaDB ");
    assertThat(server.host()).isEqualTo("127.0.0.1");
    assertThat(query("SELECT @@bind_address")).containsExactly("127.0.0.1");
    for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
      for (InetAddress address : network.inetAddresses().toList()) {
        if (!address.isLoopbackAddress()) {
          assertThat(accepts(address, server.port())).as("accepts at %s", address).isFalse();
        }
      }
    }
  }

  @Test
  void checks_passwords_and_has_no_user_without() throws Exception {
    assertThat(query("SELECT CONCAT(User, '@', Host) FROM mysql.global_priv"))
        .contains("root@%", "mariadb.sys@localhost")
        .noneMatch(user -> user.startsWith("@"));
    String url = "jdbc:mysql://127.0.0.1:" + server.port() + "/";
    for (String user : List.of("root", "mariadb.sys", "", "anybody")) {
      assertThatThrownBy(() -> DriverManager.getConnection(url, user, "").close())
          .as("login of \"%s\"", user)
          .isInstanceOf(SQLException.class)
          .extracting(e -> ((SQLException) e).getSQLState())
          .isEqualTo("28000");
    }
  }

  @Test
  void shares_its_temporary_tables_with_no_other_server() throws Exception {
    assertThat(query("SELECT CONCAT(@@tmpdir, '/') = @@datadir")).containsExactly("1");
  }

  @Test
  void behaves_like_mysql_where_sql_notices() throws Exception {
    assertThat(query("SELECT @@character_set_server")).containsExactly("utf8mb4");
    assertThat(query("SELECT @@time_zone")).containsExactly("+00:00");
    assertThat(query("SELECT @@sql_mode").get(0)).contains("ONLY_FULL_GROUP_BY");
  }

  @Test
  void takes_system_variables_as_options() throws Exception {
    assertThat(query("SELECT @@max_connections")).containsExactly("40");
  }

  @Test
  void an_option_that_the_server_refuses_is_an_error_that_shows_its_log() {
    DatabaseServer.Builder refused =
        DatabaseServer.builder().kind(DatabaseServer.Kind.EMBEDDED).option("no_such_variable", "1");

    assertThatThrownBy(refused::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "cannot start the embedded MariaDB: it refuses every login, it wrote:")
        .hasMessageContaining("no-such-variable");
  }

  @Test
  void closing_ends_the_process_and_deletes_its_data() throws Exception {
    DatabaseServer own = DatabaseServer.builder().kind(DatabaseServer.Kind.EMBEDDED).start();
    Path data = Path.of(Sql.string(own::connect, "SELECT @@datadir"));
    assertThat(data).isDirectory();

    own.close();
    own.close();

    assertThat(data.getParent()).doesNotExist();
    assertThat(accepts(InetAddress.getLoopbackAddress(), own.port())).isFalse();
  }

  @Test
  void is_gone_when_the_jvm_has_ended() throws Exception {
    try (ServerProcess jvm = ServerProcess.start("thaw.test.database", "embedded")) {
      String log = jvm.awaitReady();
      assertThat(log.lines().filter(line -> line.contains("Test database: ")))
          .as("lines that say which server it is and why")
          .singleElement()
          .asString()
          .contains("embedded server, MariaDB", "(THAW_TEST_DATABASE is embedded)");

      jvm.end();

      awaitGone(jvm);
    }
  }

  @Test
  void is_gone_when_the_jvm_was_killed() throws Exception {
    try (ServerProcess jvm = ServerProcess.start("thaw.test.database", "embedded")) {
      jvm.awaitReady();
      assertThat(accepts(InetAddress.getLoopbackAddress(), jvm.port())).isTrue();

      jvm.kill();

      awaitGone(jvm);
    }
  }

  private static void awaitGone(ServerProcess jvm) {
    await()
        .until(
            () ->
                !accepts(InetAddress.getLoopbackAddress(), jvm.port())
                    && Files.notExists(jvm.data().getParent()));
  }

  private static boolean accepts(InetAddress address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 2_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static List<String> query(String sql) throws SQLException {
    return Sql.strings(server::connect, sql);
  }
}
