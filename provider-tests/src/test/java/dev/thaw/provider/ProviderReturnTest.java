package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mysql.cj.jdbc.JdbcConnection;
import dev.thaw.Deadline;
import dev.thaw.RetireReason;
import dev.thaw.SessionReset;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Connections that cannot be reset when they are given back: the next borrower gets another. */
@DatabaseTest
class ProviderReturnTest extends OneConnection {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final DatabaseServer server;

  ProviderReturnTest(TestSchema schema, DatabaseServer server) {
    super(schema);
    this.server = server;
  }

  @Test
  void one_whose_schema_was_dropped_does_not_take_up_room_for_ever() throws SQLException {
    try (Connection connection = provider.get()) {
      connection.setCatalog("information_schema");
      Sql.execute(connection, "DROP DATABASE " + schema.name());
    }
    assertThat(provider.stats().retired(RetireReason.BROKEN)).isOne();
    assertThatThrownBy(() -> provider.get(Deadline.after(LIMIT)))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(1049));
    Sql.execute(server::connect, "CREATE DATABASE " + schema.name());
    try (Connection connection = provider.get(Deadline.after(LIMIT))) {
      assertThat(Sql.string(connection, "SELECT DATABASE()")).isEqualTo(schema.name());
    }
  }

  @Test
  void one_that_died_in_another_schema_does_not_take_up_room_for_ever() throws SQLException {
    try (Connection connection = provider.get()) {
      connection.setCatalog("information_schema");
      schema.killConnections();
    }
    try (Connection connection = provider.get(Deadline.after(LIMIT))) {
      assertThat(Sql.string(connection, "SELECT DATABASE()")).isEqualTo(schema.name());
    }
    assertThat(provider.stats().retired(RetireReason.BROKEN)).isOne();
  }

  @Test
  void one_that_is_in_an_xa_transaction_is_not_in_it_for_the_next() throws SQLException {
    leaveXaOpen();
    nextUsesXa();
  }

  @Test
  void one_whose_rollback_is_refused_is_not_lent_again() throws SQLException {
    provider.close();
    provider = schema.provider().maxSize(1).sessionReset(SessionReset.NEVER).build();
    // XAER_RMFAIL: only an XA ROLLBACK ends such a transaction, or the session's end.
    leaveXaOpen();
    nextUsesXa();
    assertThat(provider.stats().opened()).isEqualTo(2);
    assertThat(provider.stats().retired(RetireReason.BROKEN)).isOne();
  }

  @Test
  void what_was_not_committed_over_an_object_of_the_driver_is_rolled_back() throws SQLException {
    provider.close();
    provider = schema.provider().maxSize(1).sessionReset(SessionReset.NEVER).build();
    try (Connection connection = provider.get()) {
      Sql.execute(connection, "CREATE TABLE unwrapped (id INT)");
      connection.setAutoCommit(false);
      Sql.execute(connection.unwrap(JdbcConnection.class), "INSERT INTO unwrapped (id) VALUES (1)");
    }
    try (Connection next = provider.get(Deadline.after(LIMIT))) {
      assertThat(Sql.string(next, "SELECT COUNT(*) FROM unwrapped")).isEqualTo("0");
    }
  }

  private void leaveXaOpen() throws SQLException {
    try (Connection connection = provider.get()) {
      connection.setAutoCommit(false);
      Sql.execute(connection, "XA START 'left-open'");
      Sql.string(connection, "SELECT 1");
    }
  }

  private void nextUsesXa() throws SQLException {
    try (Connection next = provider.get(Deadline.after(LIMIT))) {
      assertThat(next.getAutoCommit()).isTrue();
      Sql.execute(next, "XA START 'another'");
      Sql.execute(next, "XA END 'another'");
      Sql.execute(next, "XA ROLLBACK 'another'");
    }
  }
}
