package dev.thaw.internal.provider;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.FailureKind;
import dev.thaw.ProviderStats;
import dev.thaw.RetireReason;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.TestConnections;
import dev.thaw.internal.jdbc.BorrowedConnection;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.mysql.ServerVariables;
import dev.thaw.internal.pool.ConnectionBag;
import dev.thaw.internal.pool.PooledConnection;
import dev.thaw.internal.pool.Waiters;
import dev.thaw.internal.time.Clock;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class RetirementTest {
  private static final PooledConnection.Home NO_HOME =
      new PooledConnection.Home() {
        @Override
        public void release(PooledConnection connection, BorrowedConnection borrowed) {}

        @Override
        public void abort(PooledConnection connection) {}
      };

  private final ConnectionBag bag = new ConnectionBag(new Waiters(), 4, 0);
  private UnfinishedStatements unfinished;
  private TestConnections connections;
  private ServerVariables variables;
  private Telemetry telemetry;
  private Retirement retirement;

  @BeforeEach
  void start() throws IOException {
    connections = new TestConnections();
    Clock clock = new Clock(connections.clocks(), connections.clocks()::nanoTime);
    variables = new ServerVariables(clock);
    telemetry = new Telemetry("thaw", 4, clock, List.of());
    unfinished = new UnfinishedStatements(clock, () -> false);
    retirement = new Retirement(bag, variables, unfinished, telemetry);
  }

  @AfterEach
  void stop() throws IOException {
    retirement.retireAll(RetireReason.PROVIDER_CLOSED);
    connections.close();
  }

  private PooledConnection inUse() throws SQLException {
    assertThat(bag.reserveRoom()).isTrue();
    PooledConnection connection =
        new PooledConnection(connections.open(), 1, connections.now(), NO_HOME);
    bag.add(connection);
    return connection;
  }

  private PooledConnection idle() throws SQLException {
    PooledConnection connection = inUse();
    bag.giveBack(connection);
    return connection;
  }

  private Map<RetireReason, Long> retired() {
    ProviderStats.Builder stats = ProviderStats.builder();
    telemetry.copyTo(stats);
    return stats.maxSize(4).active(0).idle(0).waiting(0).build().retired();
  }

  private void assertRoomFor(int count) {
    for (int i = 0; i < count; i++) {
      assertThat(bag.reserveRoom()).isTrue();
    }
    assertThat(bag.reserveRoom()).isFalse();
    for (int i = 0; i < count; i++) {
      bag.cancelRoom();
    }
  }

  private static boolean sendsQuit(RetireReason reason) {
    return switch (reason) {
      case CLOSED_BY_SERVER, NO_ANSWER -> false;
      case BROKEN,
          READ_ONLY,
          CREDENTIALS_ROTATED,
          IDLE,
          EXPIRED,
          SERVER_FULL,
          SUSPECT,
          UNWRAPPED,
          CHECKPOINT,
          PROVIDER_CLOSED ->
          true;
    };
  }

  private void assertClosed(boolean quit) {
    await().atMost(Background.LONG).until(() -> connections.server().open() == 0);
    assertThat(connections.server().statements().contains("QUIT")).isEqualTo(quit);
  }

  @ParameterizedTest
  @EnumSource
  void an_idle_connection_is_closed_in_the_way_of_its_reason(RetireReason reason)
      throws SQLException {
    PooledConnection connection = idle();
    retirement.retire(connection, reason);
    retirement.retire(connection, RetireReason.BROKEN);
    assertClosed(sendsQuit(reason));
    assertThat(retired()).isEqualTo(Map.of(reason, 1L));
    assertRoomFor(4);
  }

  @ParameterizedTest
  @EnumSource
  void a_connection_in_use_is_closed_in_the_way_of_its_reason(RetireReason reason)
      throws SQLException {
    PooledConnection connection = inUse();
    retirement.retire(connection, reason);
    assertClosed(sendsQuit(reason));
    assertThat(retired()).isEqualTo(Map.of(reason, 1L));
    assertRoomFor(4);
  }

  @Test
  void one_in_use_is_not_retired_as_idle() throws SQLException {
    PooledConnection connection = inUse();
    retirement.retireIdle(connection, RetireReason.IDLE);
    retirement.retireAllIdle(RetireReason.SUSPECT);
    assertThat(connection.physical()).isNotNull();
    assertThat(retired()).isEmpty();
    assertRoomFor(3);
  }

  @Test
  void all_are_closed_at_the_end_in_use_or_not() throws SQLException {
    idle();
    inUse();
    retirement.retireAll(RetireReason.CHECKPOINT);
    assertClosed(true);
    assertThat(retired()).isEqualTo(Map.of(RetireReason.CHECKPOINT, 2L));
    assertRoomFor(4);
  }

  @Test
  void one_that_is_reserved_at_the_end_is_closed_when_it_no_longer_is() throws SQLException {
    PooledConnection connection = idle();
    assertThat(bag.reserveIdle()).isSameAs(connection);
    retirement.retireAll(RetireReason.CHECKPOINT);
    assertThat(connection.physical()).isNotNull();
    retirement.unreserve(connection);
    assertClosed(true);
    assertThat(retired()).isEqualTo(Map.of(RetireReason.CHECKPOINT, 1L));
    assertRoomFor(4);
  }

  @Test
  void one_that_was_reserved_meanwhile_is_lent_again() throws SQLException {
    PooledConnection connection = idle();
    bag.reserveIdle();
    retirement.unreserve(connection);
    assertThat(bag.takeIdle()).isSameAs(connection);
  }

  @Test
  void a_failure_makes_the_others_suspicious_and_a_former_writer_ends_them() throws SQLException {
    PooledConnection other = idle();
    PooledConnection inUse = inUse();
    retirement.failed(inUse(), FailureKind.BROKEN);
    assertThat(other.unfitReason()).isNull();
    assertThat(retired()).isEqualTo(Map.of(RetireReason.BROKEN, 1L));
    retirement.failed(inUse(), FailureKind.READ_ONLY);
    assertThat(other.physical()).isNull();
    assertThat(inUse.physical()).isNotNull();
    assertThat(inUse.unfitReason()).isEqualTo(RetireReason.READ_ONLY);
    assertThat(retired()).containsEntry(RetireReason.READ_ONLY, 2L);
  }

  @Test
  void a_session_whose_answer_did_not_come_in_time_is_left_to_be_ended() throws SQLException {
    PooledConnection connection = inUse();
    PhysicalConnection physical = requireNonNull(connection.physical());
    connections.server().on("SELECT 2", session -> {});
    BorrowedConnection handle = requireNonNull(connection.lend(connections.now(), null));
    handle.setNetworkTimeout(Runnable::run, 30);
    try (Statement statement = handle.createStatement()) {
      assertThatThrownBy(() -> statement.execute("SELECT 2")).isInstanceOf(SQLException.class);
    }
    assertThat(physical.fault()).isEqualTo(FailureKind.TIMEOUT);
    retirement.failed(connection, physical.fault());
    assertThat(unfinished.count()).isOne();
    assertClosed(false);
  }
}
