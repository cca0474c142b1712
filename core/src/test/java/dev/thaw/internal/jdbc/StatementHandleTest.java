package dev.thaw.internal.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

class StatementHandleTest {
  private static final String SELECT = "SELECT 1";
  private static final String SET = "SET @a = 1";

  private final Connection driver = mock(Connection.class, RETURNS_DEEP_STUBS);
  private final Statement driverStatement = mock(Statement.class);
  private final PreparedStatement driverPrepared = mock(PreparedStatement.class);
  private final RecordingSession session = new RecordingSession(driver);
  private final BorrowedConnection connection = new BorrowedConnection(session, session);

  @BeforeEach
  void openTheDriversStatements() throws SQLException {
    when(driver.createStatement()).thenReturn(driverStatement);
    when(driver.prepareStatement(anyString())).thenReturn(driverPrepared);
  }

  private static List<String> executed(int traits, int seconds) {
    return List.of("begin[" + seconds + "]", "beforeExecute[" + traits + "]", "afterExecute[]");
  }

  @Test
  void tells_the_session_of_each_execution_what_the_text_may_do() throws SQLException {
    Statement statement = connection.createStatement();

    statement.execute(SELECT);
    assertThat(session.calls).isEqualTo(executed(SqlTraits.of(SELECT), 0));

    session.calls.clear();
    statement.executeUpdate(SET, Statement.RETURN_GENERATED_KEYS);
    assertThat(session.calls).isEqualTo(executed(SqlTraits.of(SET), 0));
  }

  @Test
  void tells_the_session_at_each_execution_what_was_prepared() throws SQLException {
    PreparedStatement prepared = connection.prepareStatement(SELECT);
    assertThat(session.calls).containsExactly("beforeSend[]");

    for (int i = 0; i < 2; i++) {
      session.calls.clear();
      prepared.executeQuery();
      assertThat(session.calls).isEqualTo(executed(SqlTraits.of(SELECT), 0));
    }
  }

  @Test
  void tells_the_session_of_a_batch_what_any_of_its_statements_may_do() throws SQLException {
    Statement statement = connection.createStatement();

    statement.executeBatch();
    assertThat(session.calls).isEqualTo(executed(0, 0));

    session.calls.clear();
    statement.addBatch(SELECT);
    statement.addBatch(SET);
    statement.executeLargeBatch();
    assertThat(session.calls).isEqualTo(executed(SqlTraits.of(SELECT) | SqlTraits.of(SET), 0));

    session.calls.clear();
    statement.clearBatch();
    statement.executeBatch();
    assertThat(session.calls).isEqualTo(executed(0, 0));
  }

  @Test
  void a_batch_of_a_prepared_statement_may_do_what_was_prepared() throws SQLException {
    PreparedStatement prepared = connection.prepareStatement(SET);
    session.calls.clear();

    prepared.addBatch();
    prepared.executeBatch();

    assertThat(session.calls).isEqualTo(executed(SqlTraits.of(SET), 0));
  }

  @Test
  void reads_the_stream_of_an_ended_execution_to_its_error_before_it_is_closed()
      throws SQLException {
    // Connector/J 8.4 executes nothing more if the stream meets the error in close().
    ResultSet stream = mock(ResultSet.class);
    when(driverStatement.executeQuery(SELECT)).thenReturn(stream);
    when(driverStatement.getResultSet()).thenReturn(stream);
    when(stream.next()).thenReturn(true).thenThrow(new SQLException("interrupted"));
    session.ended = new SQLTimeoutException("too late");
    Statement statement = connection.createStatement();

    assertThatThrownBy(() -> statement.executeQuery(SELECT)).isSameAs(session.ended);

    InOrder order = inOrder(stream);
    order.verify(stream, times(2)).next();
    order.verify(stream).close();
  }

  @Test
  void tells_the_session_that_an_execution_has_ended_also_if_it_failed() throws SQLException {
    when(driverStatement.execute(any())).thenThrow(new SQLException("failed"));
    Statement statement = connection.createStatement();

    assertThatThrownBy(() -> statement.execute(SET)).isSameAs(session.translated);

    assertThat(session.calls).isEqualTo(executed(SqlTraits.of(SET), 0));
  }

  @Test
  void sends_nothing_for_a_connection_that_was_given_back_before_the_execution_began()
      throws SQLException {
    Statement statement = connection.createStatement();
    session.meanwhile = connection::end;

    assertThatThrownBy(() -> statement.execute(SET)).hasMessageContaining("given back");

    assertThat(session.calls).containsExactly("begin[0]", "afterExecute[]");
    verify(driverStatement, never()).execute(any());
  }

  @Test
  @SuppressWarnings("NullAway") // What is tested is that the driver refuses it.
  void leaves_a_missing_text_to_the_driver_to_refuse() throws SQLException {
    connection.createStatement().execute(null);

    verify(driverStatement).execute(null);
  }

  @Test
  void executes_nothing_once_it_is_too_late() throws SQLException {
    Statement statement = connection.createStatement();
    session.late = true;

    assertThatThrownBy(() -> statement.execute(SET)).isSameAs(session.tooLate);

    verify(driverStatement, never()).execute(any());
    assertThat(session.calls).hasSize(1);
    assertThat(session.failures).isEmpty();
  }

  @Test
  void tells_the_session_of_a_row_that_is_changed_through_a_result() throws SQLException {
    when(driverStatement.executeQuery(SELECT)).thenReturn(mock(ResultSet.class));
    ResultSet result = connection.createStatement().executeQuery(SELECT);

    session.calls.clear();
    result.insertRow();
    assertThat(session.calls).isEqualTo(executed(SqlTraits.WRITES | SqlTraits.INSERTS, 0));

    session.calls.clear();
    result.deleteRow();
    assertThat(session.calls).isEqualTo(executed(SqlTraits.WRITES, 0));
  }

  @Test
  void keeps_the_query_timeout_for_the_session_and_from_the_driver() throws SQLException {
    Statement statement = connection.createStatement();
    statement.setQueryTimeout(7);
    statement.execute(SELECT);

    assertThat(statement.getQueryTimeout()).isEqualTo(7);
    assertThat(session.calls).isEqualTo(executed(SqlTraits.of(SELECT), 7));
    assertThatThrownBy(() -> statement.setQueryTimeout(-1)).isInstanceOf(SQLException.class);
    assertThat(statement.getQueryTimeout()).isEqualTo(7);
    verify(driverStatement, never()).setQueryTimeout(anyInt());
  }

  @Test
  void refuses_a_query_timeout_of_a_closed_statement_as_the_driver_does() throws SQLException {
    when(driverStatement.getQueryTimeout()).thenThrow(new SQLException("closed"));
    Statement statement = connection.createStatement();

    assertThatThrownBy(() -> statement.setQueryTimeout(1)).isSameAs(session.translated);
  }

  @Test
  void cancels_through_the_session_and_only_what_it_executes() throws SQLException {
    Statement statement = connection.createStatement();
    Statement other = connection.createStatement();
    when(driverStatement.execute(any()))
        .thenAnswer(
            call -> {
              other.cancel();
              assertThat(session.calls).doesNotContain("cancel[true]");
              statement.cancel();
              assertThat(session.calls).contains("cancel[true]");
              return true;
            });
    statement.cancel();
    statement.execute(SELECT);
    statement.cancel();

    assertThat(session.calls).containsOnlyOnce("cancel[true]");
    verify(driverStatement, never()).cancel();
  }

  @Test
  void gives_the_same_handle_for_the_same_result() throws SQLException {
    ResultSet first = mock(ResultSet.class);
    when(driverStatement.getResultSet()).thenReturn(first, first, mock(ResultSet.class), null);
    Statement statement = connection.createStatement();

    ResultSet handle = statement.getResultSet();

    assertThat(statement.getResultSet()).isSameAs(handle);
    assertThat(statement.getResultSet()).isNotSameAs(handle);
    assertThat(statement.getResultSet()).isNull();
  }

  @Test
  void generated_keys_lead_back_to_the_statement() throws SQLException {
    when(driverStatement.getGeneratedKeys()).thenReturn(mock(ResultSet.class));
    Statement statement = connection.createStatement();

    assertThat(statement.getGeneratedKeys().getStatement()).isSameAs(statement);
  }

  @Test
  void closes_what_is_still_open_and_nothing_twice() throws SQLException {
    PreparedStatement prepared = connection.prepareStatement(SELECT);
    connection.createStatement();
    prepared.close();
    connection.end();

    connection.closeStatements();
    connection.closeStatements();

    verify(driverPrepared).close();
    verify(driverStatement).close();
  }

  @Test
  void closes_the_others_too_if_one_cannot_be_closed() throws SQLException {
    connection.createStatement();
    connection.prepareStatement(SELECT);
    doThrow(new IllegalStateException()).when(driverPrepared).close();

    assertThatThrownBy(connection::closeStatements).isSameAs(session.translated);

    verify(driverStatement).close();
    assertThat(connection.openStatements()).isZero();
  }

  @Test
  void closes_each_one_that_was_left_open_and_no_other() throws SQLException {
    List<Statement> open = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Statement each = mock(Statement.class);
      when(driver.createStatement()).thenReturn(each);
      open.add(connection.createStatement());
    }
    Collections.shuffle(open, new Random(1));
    for (Statement closed : open.subList(0, 10)) {
      closed.close();
    }
    connection.end();
    connection.closeStatements();

    for (Statement each : open) {
      verify(((StatementHandle<?>) each).driver).close();
    }
  }

  @Test
  void keeps_no_statement_that_is_closed_in_whatever_order() throws SQLException {
    List<Statement> open = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      open.add(connection.createStatement());
    }
    assertThat(connection.openStatements()).isEqualTo(1_000);

    Collections.shuffle(open, new Random(1));
    for (int i = 0; i < 1_000; i++) {
      open.get(i).close();
      open.get(i).close();
      assertThat(connection.openStatements()).isEqualTo(999 - i);
    }
  }

  @Test
  void forgets_a_statement_that_closes_with_its_last_result() throws SQLException {
    when(driverStatement.executeQuery(SELECT)).thenReturn(mock(ResultSet.class));
    Statement statement = connection.createStatement();
    statement.closeOnCompletion();
    ResultSet result = statement.executeQuery(SELECT);

    result.close();
    assertThat(connection.openStatements()).isEqualTo(1);

    when(driverStatement.isClosed()).thenReturn(true);
    result.close();
    assertThat(connection.openStatements()).isZero();
  }

  @Test
  void closes_a_statement_that_was_opened_while_the_connection_was_given_back()
      throws SQLException {
    when(driver.createStatement())
        .thenAnswer(
            call -> {
              connection.close();
              return driverStatement;
            });

    assertThatThrownBy(connection::createStatement).hasMessageContaining("given back");

    verify(driverStatement).close();
    assertThat(session.failures).isEmpty();
  }
}
