package dev.thaw.internal.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.Deadline;
import dev.thaw.FailureKind;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.Clocks;
import dev.thaw.fixture.Elapsed;
import dev.thaw.fixture.TestConnections;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.time.Clock;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnfinishedStatementsTest {
  private static final Deadline FAR = Deadline.after(Duration.ofHours(1));

  private boolean shared;
  private final Clocks clocks = new Clocks();
  private final UnfinishedStatements unfinished =
      new UnfinishedStatements(new Clock(clocks, clocks::nanoTime), () -> shared);
  private TestConnections connections;
  private PhysicalConnection first;
  private PhysicalConnection over;

  @BeforeEach
  void start() throws IOException, SQLException {
    connections = new TestConnections();
    first = connections.open();
    over = connections.open();
  }

  @AfterEach
  void stop() throws IOException {
    first.abort();
    over.abort();
    connections.close();
  }

  @Test
  void sessions_are_ended_once_over_another_connection() throws SQLException {
    assertThat(unfinished.isDue()).isFalse();
    first.abort();
    unfinished.add(first);
    assertThat(unfinished.isDue()).isTrue();
    unfinished.end(over, FAR);
    unfinished.end(over, FAR);
    assertThat(connections.server().statements()).containsOnlyOnce("KILL " + first.id());
    assertThat(unfinished.isDue()).isFalse();
    assertThat(over.deadline()).isNull();
    assertThat(over.isTouched()).isFalse();
  }

  @Test
  void behind_a_proxy_that_shares_connections_none_is_looked_for() {
    shared = true;
    unfinished.add(first);
    assertThat(unfinished.isDue()).isFalse();
    assertThat(unfinished.count()).isZero();
  }

  @Test
  void a_session_that_has_ended_by_itself_is_no_failure() throws SQLException {
    connections
        .server()
        .on("KILL", session -> session.error(1094, "HY000", "Unknown thread id: 1"));
    unfinished.add(first);
    unfinished.end(over, FAR);
    assertThat(over.fault()).isNull();
  }

  @Test
  void a_session_that_may_not_be_ended_leaves_the_connection_as_it_was() {
    connections.server().on("KILL", session -> session.error(1095, "HY000", "not the owner"));
    unfinished.add(first);
    unfinished.end(over, FAR);
    assertThat(over.fault()).isNull();
    assertThat(over.deadline()).isNull();
  }

  @Test
  void no_answer_ends_it_after_a_fraction_of_a_second() {
    connections.server().on("KILL", session -> {});
    unfinished.add(first);
    Elapsed.assertTakes(Duration.ofMillis(250), () -> unfinished.end(over, FAR));
    assertThat(over.fault()).isEqualTo(FailureKind.TIMEOUT);
  }

  @Test
  void one_that_was_not_answered_is_tried_again_after_a_moment_and_a_few_times()
      throws IOException, SQLException {
    AtomicInteger asked = new AtomicInteger();
    connections.server().on("KILL", session -> asked.incrementAndGet());
    unfinished.add(first);
    for (int tries = 1; tries <= 3; tries++) {
      assertThat(unfinished.isDue()).isTrue();
      PhysicalConnection next = connections.open();
      unfinished.end(next, FAR);
      next.abort();
      assertThat(asked).hasValue(tries);
      assertThat(unfinished.isDue()).isFalse();
      clocks.pass(Duration.ofSeconds(1));
    }
    assertThat(unfinished.count()).isZero();
  }

  @Test
  void one_that_could_not_be_ended_for_long_is_left_to_end_by_itself() throws SQLException {
    unfinished.add(first);
    clocks.pass(Duration.ofMinutes(11));
    assertThat(unfinished.count()).isOne();
    unfinished.end(over, FAR);
    assertThat(connections.server().statements()).noneMatch(sql -> sql.startsWith("KILL"));
    assertThat(unfinished.count()).isZero();
  }

  @Test
  void a_hundred_are_remembered_and_none_once_they_are_to_be_forgotten() throws SQLException {
    for (int i = 0; i < 150; i++) {
      unfinished.add(first);
    }
    // Not necessarily all over one connection: a caller waits for it.
    while (unfinished.isDue()) {
      unfinished.end(over, FAR);
    }
    assertThat(connections.server().statements())
        .filteredOn(sql -> sql.startsWith("KILL"))
        .hasSize(100);
    unfinished.add(first);
    unfinished.forget();
    assertThat(unfinished.isDue()).isFalse();
  }

  @Test
  void a_session_at_another_server_is_left_alone() throws IOException, SQLException {
    try (TestConnections others = new TestConnections()) {
      PhysicalConnection later = others.open();
      // A lower id of a later connection: the server was started anew, or is another one.
      unfinished.add(over);
      unfinished.end(later, Deadline.after(Background.LONG));
      assertThat(others.server().statements()).noneMatch(sql -> sql.startsWith("KILL"));
      assertThat(unfinished.isDue()).isFalse();
      later.abort();
    }
  }

  private void answerWhoIs(String client, String tag) {
    connections
        .server()
        .on(
            "SELECT t.HOST, o.HOST, (",
            session ->
                session.row(
                    List.of("HOST", "OWN_HOST", "TAG", "OWN_TAG"),
                    List.of(client, "127.0.0.1:1", tag, over.thread().tag())));
  }

  @Test
  void a_session_is_known_by_its_tag_where_the_network_changes_ports() {
    answerWhoIs("172.17.0.1:1", first.thread().tag());
    unfinished.add(first);
    unfinished.end(over, FAR);
    assertThat(connections.server().statements()).contains("KILL " + first.id());
  }

  @Test
  void a_session_with_the_tag_of_another_is_left_alone() {
    answerWhoIs("127.0.0.1:" + first.thread().clientPort(), over.thread().tag());
    unfinished.add(first);
    unfinished.end(over, FAR);
    assertThat(connections.server().statements()).noneMatch(sql -> sql.startsWith("KILL"));
  }

  @Test
  void a_server_that_does_not_show_tags_is_asked_for_the_client() {
    connections
        .server()
        .on(
            "SELECT t.HOST, o.HOST, (",
            session -> session.error(1142, "42000", "SELECT command denied"));
    unfinished.add(first);
    unfinished.end(over, FAR);
    assertThat(connections.server().statements()).contains("KILL " + first.id());
    assertThat(over.fault()).isNull();
  }
}
