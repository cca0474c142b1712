package dev.thaw.internal.pool;

import static com.zaxxer.hikari.util.ConcurrentBag.IConcurrentBagEntry.STATE_IN_USE;
import static com.zaxxer.hikari.util.ConcurrentBag.IConcurrentBagEntry.STATE_NOT_IN_USE;
import static com.zaxxer.hikari.util.ConcurrentBag.IConcurrentBagEntry.STATE_REMOVED;
import static com.zaxxer.hikari.util.ConcurrentBag.IConcurrentBagEntry.STATE_RESERVED;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;

import com.mysql.cj.jdbc.JdbcConnection;
import dev.thaw.Deadline;
import dev.thaw.fixture.TestConnections;
import dev.thaw.internal.jdbc.BorrowedConnection;
import dev.thaw.internal.mysql.PhysicalConnection;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PooledConnectionTest {
  private final PooledConnection.Home home = mock();
  @AutoClose private TestConnections connections;

  @AutoClose("abort")
  private PhysicalConnection physical;

  private PooledConnection connection;

  @BeforeEach
  void start() throws IOException, SQLException {
    connections = new TestConnections();
    physical = connections.open();
    connection = new PooledConnection(physical, 7, connections.now(), home);
  }

  private BorrowedConnection lend() throws SQLException {
    return requireNonNull(connection.lend(connections.now(), null));
  }

  @Test
  void a_new_connection_is_in_use_by_the_thread_that_opened_it() {
    assertThat(connection.isInUse()).isTrue();
    assertThat(connection.getState()).isEqualTo(STATE_IN_USE);
    assertThat(connection.credentialsSequence()).isEqualTo(7);
    assertThat(connection.openedAt()).isEqualTo(connections.now());
    assertThat(connection.unfitReason()).isNull();
    assertThat(connection.isSuspect()).isFalse();
    assertThat(connection).hasToString(physical.toString());
  }

  @ParameterizedTest
  @ValueSource(ints = {STATE_REMOVED, STATE_RESERVED})
  void only_one_in_use_becomes_idle(int state) {
    connection.setState(state);
    connection.setState(STATE_NOT_IN_USE);
    assertThat(connection.getState()).isEqualTo(state);
    connection.setState(STATE_IN_USE);
    connection.setState(STATE_NOT_IN_USE);
    assertThat(connection.getState()).isEqualTo(STATE_NOT_IN_USE);
  }

  @Test
  void a_borrow_begins_with_a_handle_of_its_own_and_its_moment() throws SQLException {
    BorrowedConnection first = lend();
    connections.clocks().pass(Duration.ofSeconds(1));
    BorrowedConnection second = lend();
    assertThat(second).isNotSameAs(first);
    assertThat(connection.takenAt()).isEqualTo(connections.now());
    assertThat(connection.takenNanos()).isEqualTo(connections.now().nanos());
    assertThat(physical.deadline()).isNull();
  }

  @Test
  void a_deadline_bounds_the_use_and_shows_as_the_network_timeout() throws SQLException {
    Deadline deadline = Deadline.after(Duration.ofSeconds(30));
    BorrowedConnection bound = requireNonNull(connection.lend(connections.now(), deadline));
    assertThat(physical.deadline()).isSameAs(deadline);
    assertThat(bound.getNetworkTimeout()).isBetween(20_000, 30_000);
  }

  @Test
  void a_handle_is_noted_once_the_borrower_has_an_object_of_the_driver() throws SQLException {
    BorrowedConnection handle = lend();
    assertThat(connection.exposed()).isNull();
    assertThat(handle.unwrap(JdbcConnection.class)).isNotNull();
    assertThat(connection.exposed()).isSameAs(handle);
  }

  @Test
  void a_handle_leads_home_once() throws SQLException {
    BorrowedConnection handle = lend();
    handle.close();
    handle.close();
    handle.abort(Runnable::run);
    verify(home).release(connection, handle);
    verifyNoMoreInteractions(home);
  }

  @Test
  void an_aborted_handle_leads_home_once() throws SQLException {
    BorrowedConnection handle = lend();
    handle.abort(Runnable::run);
    handle.close();
    verify(home).abort(connection);
    verifyNoMoreInteractions(home);
  }

  @Test
  void suspicion_outlasts_a_use_whose_answers_may_be_older_and_ends_with_a_ping() {
    connection.suspect();
    connection.usedAt(connections.now());
    assertThat(connection.isSuspect()).isTrue();
    connection.answered(connections.now());
    assertThat(connection.isSuspect()).isFalse();
  }
}
