package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.thaw.Deadline;
import dev.thaw.FailureKind;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.fault.FaultProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A replica takes over from its source; the proxy stands for the name that leads to the writer. */
class ProviderReplicaFailoverTest {

  @Test
  void writes_go_on_at_the_promoted_replica() throws Exception {
    try (ReplicaPair pair = ReplicaPair.start();
        FaultProxy writer = FaultProxy.to(pair.source().host(), pair.source().port());
        PooledConnectionProvider provider =
            PooledConnectionProvider.builder()
                .host(writer.host())
                .port(writer.port())
                .database("orders")
                .credentials("app", "App-password-1")
                .build()) {
      pair.execute(
          "CREATE DATABASE orders",
          "CREATE TABLE orders.items (id INT PRIMARY KEY)",
          "CREATE USER 'app'@'%' IDENTIFIED BY 'App-password-1'",
          "GRANT SELECT, INSERT ON orders.* TO 'app'@'%'");
      Connection before = provider.get();
      Sql.execute(before, "INSERT INTO items VALUES (1)");
      pair.awaitReplica("SELECT COUNT(*) FROM orders.items", "1");

      pair.promote();
      writer.upstream(pair.replica().host(), pair.replica().port());

      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> Sql.execute(before, "INSERT INTO items VALUES (2)"))
          .satisfies(e -> assertThat(FailureKind.of(e)).isEqualTo(FailureKind.READ_ONLY));
      before.close();
      try (Connection after = provider.get(Deadline.after(Duration.ofSeconds(10)))) {
        Sql.execute(after, "INSERT INTO items VALUES (3)");
        assertThat(Sql.string(after, "SELECT @@server_id")).isEqualTo("2");
        assertThat(Sql.string(after, "SELECT GROUP_CONCAT(id ORDER BY id) FROM items"))
            .isEqualTo("1,3");
      }
    }
  }
}
