package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.FailureKind;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.RetireReason;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.fault.FaultProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Two servers whose roles change; the proxy stands for the name that leads to the writer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProviderFailoverTest {
  private DatabaseServer former;
  private DatabaseServer next;

  @BeforeAll
  void start() throws SQLException {
    former = DatabaseServer.builder().option("server_id", "1").start();
    next = DatabaseServer.builder().option("server_id", "2").start();
    for (DatabaseServer server : List.of(former, next)) {
      Sql.execute(
          server::connect,
          "CREATE DATABASE orders",
          "CREATE TABLE orders.items (id INT PRIMARY KEY)",
          "CREATE USER 'app'@'%' IDENTIFIED BY 'app-password'",
          "GRANT SELECT, INSERT, DELETE ON orders.* TO 'app'@'%'");
    }
  }

  @AfterAll
  void stop() {
    former.close();
    next.close();
  }

  private static void readOnly(DatabaseServer server, boolean on) throws SQLException {
    Sql.execute(server::connect, "SET GLOBAL read_only = " + (on ? "ON" : "OFF"));
  }

  private static PooledConnectionProvider provider(FaultProxy writer) {
    return PooledConnectionProvider.builder()
        .host(writer.host())
        .port(writer.port())
        .database("orders")
        .credentials("app", "app-password")
        .build();
  }

  @Test
  void a_write_refused_by_the_former_writer_is_the_last_that_it_gets() throws SQLException {
    readOnly(former, false);
    readOnly(next, true);
    try (FaultProxy writer = FaultProxy.to(former.host(), former.port());
        PooledConnectionProvider provider = provider(writer)) {
      List<Connection> siblings = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        siblings.add(provider.get());
      }
      Connection connection = siblings.remove(0);
      for (Connection sibling : siblings) {
        sibling.close();
      }
      Sql.execute(connection, "INSERT INTO items VALUES (1)");

      readOnly(former, true);
      readOnly(next, false);
      writer.upstream(next.host(), next.port());
      assertThatThrownBy(() -> Sql.execute(connection, "INSERT INTO items VALUES (2)"))
          .isInstanceOf(SQLException.class)
          .satisfies(e -> assertThat(FailureKind.of(e)).isEqualTo(FailureKind.READ_ONLY));
      connection.close();
      // The idle siblings too; the pool closes the failed one on a thread of its own.
      await().until(() -> provider.stats().retired(RetireReason.READ_ONLY) == 3);

      for (int i = 10; i < 13; i++) {
        try (Connection after = provider.get(Deadline.after(Duration.ofSeconds(5)))) {
          Sql.execute(after, "INSERT INTO items VALUES (" + i + ")");
          assertThat(Sql.string(after, "SELECT @@server_id")).isEqualTo("2");
        }
      }
    }
  }

  @Test
  void a_writer_that_dies_is_followed_by_the_next_one() throws SQLException {
    readOnly(former, false);
    readOnly(next, false);
    try (FaultProxy writer = FaultProxy.to(former.host(), former.port());
        PooledConnectionProvider provider = provider(writer)) {
      Connection connection = provider.get();
      provider.get().close();
      writer.upstream(next.host(), next.port());
      writer.reset();
      assertThatThrownBy(() -> Sql.string(connection, "SELECT 1")).isInstanceOf(SQLException.class);
      connection.close();
      try (Connection after = provider.get(Deadline.after(Duration.ofSeconds(5)))) {
        assertThat(Sql.string(after, "SELECT @@server_id")).isEqualTo("2");
      }
      assertThat(provider.stats().opened()).isEqualTo(3);
    }
  }
}
