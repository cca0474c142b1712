package dev.thaw.internal.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;
import static org.mockito.Mockito.withSettings;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.sql.Wrapper;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.PooledConnection;
import org.junit.jupiter.api.Test;

class BorrowedConnectionTest {
  /** Stands for what only the driver's own classes are. */
  private static final Class<PooledConnection> DRIVER_TYPE = PooledConnection.class;

  private final Connection driver =
      mock(
          Connection.class,
          withSettings().extraInterfaces(DRIVER_TYPE).defaultAnswer(RETURNS_DEEP_STUBS));

  private final RecordingSession session = new RecordingSession(driver);
  private final BorrowedConnection connection = new BorrowedConnection(session, session);

  @Test
  void goes_back_to_its_owner_once_however_often_it_is_closed() throws SQLException {
    connection.close();
    connection.close();
    connection.abort(Runnable::run);

    assertThat(session.calls).containsExactly("release[]");
    assertThat(connection.isClosed()).isTrue();
    verify(driver, never()).close();
  }

  @Test
  void goes_back_to_its_owner_when_it_is_aborted() throws SQLException {
    connection.abort(Runnable::run);
    connection.close();

    assertThat(session.calls).containsExactly("abort[]");
    verify(driver, never()).abort(any());
  }

  @Test
  @SuppressWarnings("NullAway") // What is tested is that it is refused.
  void is_not_aborted_without_an_executor() {
    assertThatThrownBy(() -> connection.abort(null)).isInstanceOf(SQLException.class);

    assertThat(connection.isOver()).isFalse();
  }

  @Test
  void can_be_ended_from_outside_by_one() throws SQLException {
    assertThat(connection.end()).isTrue();
    assertThat(connection.end()).isFalse();

    connection.close();

    assertThat(session.calls).isEmpty();
  }

  @Test
  void asks_the_session_and_not_the_driver_whether_it_is_valid() throws SQLException {
    assertThat(connection.isValid(3)).isTrue();
    assertThatThrownBy(() -> connection.isValid(-1)).isInstanceOf(SQLException.class);
    connection.end();
    assertThat(connection.isValid(3)).isFalse();

    assertThat(session.calls).containsExactly("isValid[3]");
  }

  @Test
  void each_way_from_a_statement_to_the_connection_leads_back_to_it() throws SQLException {
    try (Statement statement = connection.createStatement();
        PreparedStatement prepared = connection.prepareStatement("SELECT 1");
        CallableStatement callable = connection.prepareCall("CALL p()");
        ResultSet result = prepared.executeQuery()) {
      assertThat(statement.getConnection()).isSameAs(connection);
      assertThat(prepared.getConnection()).isSameAs(connection);
      assertThat(callable.getConnection()).isSameAs(connection);
      assertThat(result.getStatement()).isSameAs(prepared);
    }
  }

  @Test
  void each_way_from_the_metadata_to_the_connection_leads_back_to_it() throws SQLException {
    DatabaseMetaData metadata = connection.getMetaData();
    ResultSet tables = metadata.getTables("appdb", null, "%", null);
    Statement statement = tables.getStatement();

    assertThat(metadata.getConnection()).isSameAs(connection);
    assertThat(statement.getConnection()).isSameAs(connection);
    assertThat(statement).isSameAs(tables.getStatement());
    assertThat(statement.executeQuery("SELECT 1").getStatement()).isSameAs(statement);
  }

  @Test
  void a_metadata_result_without_a_statement_has_one_of_the_connection() throws SQLException {
    when(driver.getMetaData().getCatalogs().getStatement()).thenReturn(null);

    ResultSet catalogs = connection.getMetaData().getCatalogs();
    assertThat(catalogs.getStatement().getConnection()).isSameAs(connection);
    assertThat(catalogs.getStatement()).isSameAs(catalogs.getStatement());
  }

  @Test
  void unwraps_to_itself_where_that_is_what_is_asked_for() throws SQLException {
    Statement statement = connection.prepareStatement("SELECT 1");
    session.calls.clear();

    assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
    assertThat(connection.unwrap(Wrapper.class)).isSameAs(connection);
    assertThat(connection.unwrap(Object.class)).isSameAs(connection);
    assertThat(statement.unwrap(Statement.class)).isSameAs(statement);
    assertThat(statement.unwrap(PreparedStatement.class)).isSameAs(statement);
    assertThat(session.calls).isEmpty();
  }

  @Test
  void tells_session_and_owner_when_it_unwraps_to_the_drivers_object() throws SQLException {
    assertThat(connection.isWrapperFor(DRIVER_TYPE)).isTrue();
    assertThat(session.calls).isEmpty();

    assertThat(connection.unwrap(DRIVER_TYPE)).isSameAs(driver);
    assertThat(session.calls).containsExactly("exposed[]", "exposed by the borrow[]");
  }

  @Test
  void does_not_unwrap_to_what_neither_is() throws SQLException {
    assertThat(connection.isWrapperFor(Runnable.class)).isFalse();
    assertThatThrownBy(() -> connection.unwrap(Runnable.class))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("java.lang.Runnable");
  }

  @Test
  void sends_nothing_once_it_is_too_late() {
    session.late = true;

    assertThatThrownBy(connection::commit).isSameAs(session.tooLate);
    assertThatThrownBy(connection::rollback).isSameAs(session.tooLate);
    assertThatThrownBy(() -> connection.setAutoCommit(false)).isSameAs(session.tooLate);
    assertThatThrownBy(() -> connection.prepareStatement("SELECT 1")).isSameAs(session.tooLate);
    assertThat(session.calls).containsOnly("beforeSend[]");
    assertThat(session.failures).isEmpty();
  }

  @Test
  void a_client_info_that_cannot_be_set_is_reported_as_jdbc_wants_it() throws SQLException {
    session.late = true;
    assertThatThrownBy(() -> connection.setClientInfo("a", "b"))
        .isInstanceOf(SQLClientInfoException.class)
        .hasRootCauseInstanceOf(SQLTimeoutException.class);

    session.late = false;
    doThrow(new SQLClientInfoException("no", Map.of())).when(driver).setClientInfo(any());
    assertThatThrownBy(() -> connection.setClientInfo(new Properties()))
        .isInstanceOf(SQLClientInfoException.class)
        .hasCause(session.translated);

    connection.end();
    assertThatThrownBy(() -> connection.setClientInfo("a", "b"))
        .isInstanceOf(SQLClientInfoException.class)
        .hasMessageContaining("given back");
  }

  @Test
  void tells_the_session_what_the_driver_keeps_of_the_borrower() throws SQLException {
    connection.setClientInfo("a", "b");
    connection.setTypeMap(Map.of());

    assertThat(session.calls)
        .containsExactly("beforeSend[]", "driverStateChanged[]", "driverStateChanged[]");
  }

  @Test
  void changes_the_network_timeout_before_it_returns_whatever_the_executor_does()
      throws SQLException {
    AtomicBoolean changed = new AtomicBoolean();
    doAnswer(
            call -> {
              call.<Executor>getArgument(0).execute(() -> changed.set(true));
              return null;
            })
        .when(driver)
        .setNetworkTimeout(any(), eq(1_000));

    connection.setNetworkTimeout(change -> {}, 1_000);

    assertThat(changed).isTrue();
  }

  @Test
  @SuppressWarnings("NullAway") // What is tested is that it is refused.
  void refuses_a_network_timeout_that_jdbc_does_not_allow() throws SQLException {
    assertThatThrownBy(() -> connection.setNetworkTimeout(null, 1))
        .isInstanceOf(SQLException.class);
    assertThatThrownBy(() -> connection.setNetworkTimeout(Runnable::run, -1))
        .isInstanceOf(SQLException.class);

    verify(driver, never()).setNetworkTimeout(any(), eq(-1));
  }

  @Test
  void says_what_it_stands_for_until_it_is_given_back() {
    int hash = connection.hashCode();
    when(driver.toString()).thenReturn("the driver's");

    assertThat(connection).hasToString("BorrowedConnection@%x of the driver's", hash);
    connection.end();
    assertThat(connection).hasToString("BorrowedConnection@%x (given back)", hash);
  }

  @Test
  void can_be_printed_though_the_driver_fails() {
    when(driver.toString()).thenThrow(new IllegalStateException());

    assertThat(connection.toString()).startsWith("BorrowedConnection@");
  }

  @Test
  void a_network_timeout_of_a_thread_that_comes_late_does_not_reach_the_next_borrower()
      throws SQLException {
    session.meanwhile = connection::end;
    assertThatThrownBy(() -> connection.setNetworkTimeout(Runnable::run, 1_000))
        .hasMessageContaining("given back");
    verify(driver, never()).setNetworkTimeout(any(), eq(1_000));
  }
}
