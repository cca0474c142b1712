package dev.thaw.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

import dev.thaw.Deadline;
import dev.thaw.RetireReason;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.Elapsed;
import dev.thaw.fixture.TestConnections;
import dev.thaw.internal.mysql.PhysicalConnection;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LivenessTest {
  @AutoClose private TestConnections connections;

  @AutoClose("abort")
  private PhysicalConnection physical;

  private PooledConnection connection;

  @BeforeEach
  void start() throws IOException, SQLException {
    connections = new TestConnections();
    physical = connections.open();
    connection = new PooledConnection(physical, 1, connections.now(), mock());
  }

  private @Nullable RetireReason check() {
    return check(Deadline.after(Background.LONG));
  }

  private @Nullable RetireReason check(@Nullable Deadline deadline) {
    return Liveness.check(connection, connections.now(), deadline, Background.LONG);
  }

  private long pings() {
    return connections.server().statements().stream().filter("PING"::equals).count();
  }

  private void closeAtServer() throws IOException {
    connections.server().closeAll();
    await().atMost(Background.LONG).until(() -> !physical.isPeerOpen());
  }

  @Test
  void a_connection_used_a_moment_ago_is_given_out_without_a_ping() {
    assertThat(check()).isNull();
    connections.clocks().pass(Duration.ofMillis(4_999));
    assertThat(check()).isNull();
    assertThat(pings()).isZero();
  }

  @Test
  void one_that_the_server_has_closed_is_noticed_without_a_ping() throws IOException {
    connections.clocks().pass(Duration.ofMillis(1));
    closeAtServer();
    assertThat(check()).isEqualTo(RetireReason.CLOSED_BY_SERVER);
    assertThat(pings()).isZero();
  }

  @Test
  void one_that_the_server_has_closed_during_a_use_is_noticed_right_after_it() throws IOException {
    connections.clocks().pass(Duration.ofMillis(50));
    closeAtServer();
    connection.usedAt(connections.now());
    assertThat(check()).isEqualTo(RetireReason.CLOSED_BY_SERVER);
  }

  @Test
  void idleness_of_five_seconds_costs_a_ping() {
    connections.clocks().pass(Duration.ofSeconds(5));
    assertThat(check()).isNull();
    assertThat(pings()).isEqualTo(1);
  }

  @Test
  void a_use_that_ended_long_after_its_last_answer_is_no_sign_of_life() throws SQLException {
    connection.lend(connections.now(), null);
    connections.clocks().pass(Duration.ofSeconds(5));
    connection.usedAt(connections.now());
    assertThat(check()).isNull();
    assertThat(pings()).isEqualTo(1);
    connections.clocks().pass(Duration.ofMillis(4_999));
    assertThat(check()).isNull();
    assertThat(pings()).isEqualTo(1);
  }

  @Test
  void a_use_that_sent_nothing_is_no_sign_of_life() throws SQLException {
    connections.clocks().pass(Duration.ofMillis(4_999));
    connection.lend(connections.now(), null);
    connections.clocks().pass(Duration.ofMillis(1));
    assertThat(check()).isNull();
    assertThat(pings()).isEqualTo(1);
  }

  @Test
  void a_freeze_during_a_use_costs_a_ping() throws SQLException {
    connection.lend(connections.now(), null);
    connections.clocks().passOnWall(Duration.ofSeconds(1));
    connection.usedAt(connections.now());
    assertThat(check()).isNull();
    assertThat(pings()).isEqualTo(1);
  }

  @Test
  void idleness_by_the_monotonic_clock_alone_costs_a_ping() {
    connections.clocks().passOnMonotonic(Duration.ofSeconds(5));
    assertThat(check()).isNull();
    assertThat(pings()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {501, -501, 7_200_000, -7_200_000})
  void clocks_that_disagree_are_the_sign_of_a_freeze(int millis) {
    connections.clocks().pass(Duration.ofMillis(1));
    connections.clocks().passOnWall(Duration.ofMillis(millis));
    assertThat(check()).isNull();
    assertThat(pings()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, -500})
  void a_clock_that_is_stepped_a_little_is_no_sign_of_a_freeze(int millis) {
    connections.clocks().passOnWall(Duration.ofMillis(millis));
    assertThat(check()).isNull();
    assertThat(pings()).isZero();
  }

  @Test
  void a_suspect_must_answer_however_fresh_it_is() {
    connection.suspect();
    assertThat(check()).isNull();
    assertThat(pings()).isEqualTo(1);
  }

  @Test
  void one_that_does_not_answer_is_given_up_after_a_fraction_of_a_second() {
    connections.server().fallSilent();
    connections.clocks().pass(Duration.ofMinutes(1));
    Elapsed.assertTakes(
        Liveness.PING_LIMIT, () -> assertThat(check()).isEqualTo(RetireReason.NO_ANSWER));
  }

  @Test
  void a_ping_leaves_half_of_a_short_time_for_a_new_connection() {
    Duration time = Liveness.PING_LIMIT;
    Deadline deadline = Deadline.after(time, () -> 0);
    assertThat(Liveness.limit(deadline, Background.LONG)).isEqualTo(time.dividedBy(2));
    assertThat(Liveness.limit(null, time)).isEqualTo(time.dividedBy(2));
    assertThat(Liveness.limit(null, Background.LONG)).isEqualTo(Liveness.PING_LIMIT);
  }

  @Test
  void the_kernel_is_not_asked_again_within_a_millisecond() throws IOException {
    closeAtServer();
    assertThat(check()).isNull();
    connections.clocks().pass(Duration.ofMillis(1));
    assertThat(check()).isEqualTo(RetireReason.CLOSED_BY_SERVER);
  }

  @Test
  void the_kernel_is_asked_after_a_wall_clock_was_set_back() throws IOException {
    closeAtServer();
    connections.clocks().passOnWall(Duration.ofMillis(-1));
    assertThat(check()).isEqualTo(RetireReason.CLOSED_BY_SERVER);
  }

  @Test
  void a_suspect_that_has_answered_is_none_any_more() {
    connection.suspect();
    assertThat(check()).isNull();
    connections.clocks().pass(Duration.ofMillis(2));
    assertThat(check()).isNull();
    assertThat(pings()).isEqualTo(1);
  }

  @Test
  void one_that_was_removed_from_the_pool_is_not_given_out() {
    connection.drop();
    connections.clocks().pass(Duration.ofMillis(1));
    assertThat(check()).isEqualTo(RetireReason.CLOSED_BY_SERVER);
  }

  @Test
  void a_ping_changes_no_bound_of_the_connection() throws SQLException {
    Connection driver = physical.session().connection();
    driver.setNetworkTimeout(Runnable::run, 1_234);
    connection.suspect();
    assertThat(check()).isNull();
    assertThat(driver.getNetworkTimeout()).isEqualTo(1_234);
    assertThat(physical.deadline()).isNull();
    driver.createStatement().executeQuery("SELECT 1").close();
  }
}
