package dev.thaw.testing.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.RetireReason;
import dev.thaw.testing.DatabaseTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The parameters that break things: proxy, freeze and clock of the test's own provider. */
@DatabaseTest
class FaultParametersTest {
  private static final Deadline NONE = Deadline.after(Duration.ofSeconds(60));

  @BeforeEach
  void prepare(MovableClock clock) {
    clock.advance(Duration.ofDays(1));
  }

  @Test
  void a_proxy_after_the_provider_is_the_way_to_the_server(ConnectionProvider db, FaultProxy proxy)
      throws SQLException {
    db.get(NONE).close();

    assertThat(proxy.connections()).isEqualTo(1);
  }

  @Test
  void a_proxy_before_the_provider_is_the_way_to_the_server(
      FaultProxy proxy, ConnectionProvider db) {
    proxy.refuseConnections();

    assertThatExceptionOfType(SQLTransientException.class)
        .isThrownBy(() -> db.get(Deadline.after(Duration.ofMillis(300))));
  }

  @Test
  void a_freeze_moves_the_providers_clocks(
      ConnectionProvider db, EnvironmentFreeze freeze, MovableClock clock) throws SQLException {
    db.get(NONE).close();

    freeze.freeze(Duration.ofHours(2));
    db.get(NONE).close();

    assertThat(db.stats().retired(RetireReason.EXPIRED)).isEqualTo(1);
    assertThat(freeze.clock()).isSameAs(clock);
  }

  @Test
  void every_test_has_its_own(ConnectionProvider db, FaultProxy proxy, Connection connection) {
    assertThat(proxy.openConnections()).isEqualTo(1);
    assertThat(connection).isNotNull();
    assertThat(db.stats().opened()).isEqualTo(1);
  }
}
