package dev.thaw.internal.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.PooledConnectionProvider;
import dev.thaw.fixture.ScriptedServer;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a session sends beside the statements of the application. */
class MysqlSessionTest {
  @Test
  void the_id_of_a_former_use_is_forgotten_where_mysql_router_refuses_the_function_for_it()
      throws Exception {
    try (ScriptedServer server = ScriptedServer.start();
        PooledConnectionProvider provider = server.provider().giveBackWhenFull(false).build()) {
      server.on(
          "SELECT LAST_INSERT_ID(0)",
          session ->
              session.error(
                  3566,
                  "HY000",
                  "Access to native function is rejected when connection sharing is enabled"));
      for (String sql : List.of("INSERT INTO notes VALUES (1)", "SELECT @@identity")) {
        try (Connection connection = provider.get();
            Statement statement = connection.createStatement()) {
          statement.execute(sql);
        }
      }
      assertThat(server.statements())
          .containsSequence(
              "SELECT LAST_INSERT_ID(0)",
              "SET last_insert_id = 0",
              "SELECT 0",
              "SELECT @@identity");
    }
  }
}
