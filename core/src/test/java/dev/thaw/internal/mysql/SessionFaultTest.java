package dev.thaw.internal.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.FailureKind;
import dev.thaw.internal.net.SilentPeerException;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SessionFaultTest {
  private final SessionFault fault = new SessionFault();

  private static SQLException sql(String state, int code) {
    return new SQLException("running with the --read-only option", state, code);
  }

  private static SQLException sql(String state, Exception cause) {
    return new SQLException("lost", state, cause);
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(sql("HY000", 1836), false, FailureKind.READ_ONLY),
        Arguments.of(sql("HY000", 1290), false, FailureKind.READ_ONLY),
        Arguments.of(sql("HY000", 1836), true, FailureKind.READ_ONLY),
        Arguments.of(sql("08S01", new EOFException()), false, FailureKind.BROKEN),
        Arguments.of(sql("08S01", new ConnectException()), false, FailureKind.BROKEN),
        Arguments.of(sql("08S01", new SocketTimeoutException()), true, FailureKind.TIMEOUT),
        Arguments.of(sql("08S01", new SocketTimeoutException()), false, FailureKind.TIMEOUT),
        Arguments.of(new SQLTimeoutException("the driver's own"), false, null),
        Arguments.of(new SQLTimeoutException("the driver's own"), true, FailureKind.BROKEN),
        Arguments.of(sql("28000", 1045), false, null),
        Arguments.of(sql("HY000", 1820), false, FailureKind.BROKEN),
        Arguments.of(sql("08004", 1040), false, null),
        Arguments.of(sql("08004", 1040), true, FailureKind.BROKEN),
        Arguments.of(sql("42S02", 1146), false, null),
        Arguments.of(sql("42S02", 1146), true, FailureKind.BROKEN));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void a_failure_of_the_connection_is_a_fault_and_one_of_the_statement_is_none(
      SQLException failure, boolean closed, @Nullable FailureKind expected) {
    fault.failed(failure, closed, false, null);
    assertThat(fault.kind()).isEqualTo(expected);
  }

  @Test
  void the_first_fault_counts() {
    fault.failed(sql("HY000", 1836), false, false, null);
    fault.failed(sql("08S01", new EOFException()), true, false, null);
    assertThat(fault.kind()).isEqualTo(FailureKind.READ_ONLY);
    fault.record(FailureKind.BROKEN);
    assertThat(fault.kind()).isEqualTo(FailureKind.READ_ONLY);
  }

  @Test
  void what_is_no_timeout_is_told_as_it_is() {
    SQLException failure = sql("08S01", new EOFException());
    assertThat((Throwable) fault.failed(failure, true, false, null)).isSameAs(failure);
    SQLTimeoutException timeout = new SQLTimeoutException("known", new SocketTimeoutException());
    assertThat((Throwable) fault.failed(timeout, true, false, null)).isSameAs(timeout);
  }

  @Test
  void a_read_that_took_too_long_is_told_as_a_timeout_of_jdbc() {
    SQLException failure = sql("08S01", new SocketTimeoutException("No answer after 5 ms: read"));
    assertThat((Throwable) fault.failed(failure, true, false, null))
        .isInstanceOf(SQLTimeoutException.class)
        .hasMessage(
            "The database did not answer in time, so the connection is closed"
                + " (No answer after 5 ms: read)")
        .hasCause(failure)
        .extracting(e -> ((SQLException) e).getSQLState())
        .isEqualTo("08S01");
  }

  @Test
  void a_silent_network_is_told_as_a_lost_connection() {
    SQLException failure = sql("08S01", SilentPeerException.afterRetransmits(1_859, 3));
    SQLException told = fault.failed(failure, true, false, null);
    assertThat((Throwable) told)
        .isInstanceOf(SQLRecoverableException.class)
        .hasMessage(
            "The database's host, or the network to it, has gone silent (The peer has acknowledged"
                + " nothing for 1859 ms, after 3 retransmissions), so the connection is closed;"
                + " whether the statement was executed is not known")
        .hasCause(failure);
    assertThat(told.getSQLState()).isEqualTo("08S01");
    assertThat(FailureKind.of(told)).isEqualTo(FailureKind.BROKEN);
    assertThat(fault.kind()).isEqualTo(FailureKind.BROKEN);
  }

  @Test
  void a_call_after_it_says_that_it_was_not_sent() {
    SQLException failure = sql("08S01", SilentPeerException.afterRetransmits(1_859, 3));
    SQLException told = fault.failed(failure, true, false, null);
    SQLException later = sql("08003", failure);
    assertThat((Throwable) fault.failed(later, true, false, null))
        .isInstanceOf(SQLRecoverableException.class)
        .hasMessage(
            "The connection was given up before this was sent: The database's host, or the network"
                + " to it, has gone silent (The peer has acknowledged nothing for 1859 ms, after 3"
                + " retransmissions)")
        .hasCause(later);
    // What a statement of this library's own has failed with comes through here twice.
    assertThat((Throwable) fault.failed(told, true, false, null)).isSameAs(told);
  }

  @Test
  void what_the_deadline_has_ended_says_so() {
    SQLException failure = sql("08S01", new SocketTimeoutException("No answer after 5 ms: read"));
    assertThat((Throwable) fault.failed(failure, true, true, null))
        .isInstanceOf(SQLTimeoutException.class)
        .hasMessage(
            "The deadline passed before the database answered, so the connection is closed"
                + " (No answer after 5 ms: read)");
    assertThat(fault.kind()).isEqualTo(FailureKind.TIMEOUT);
  }

  @Test
  void a_call_after_the_deadline_says_what_the_connection_was_lost_by() {
    assertThat((Throwable) fault.tooLate()).hasMessageEndingWith("the connection is usable");
    SQLException failure = sql("08S01", new SocketTimeoutException("No answer after 5 ms: read"));
    SQLException told = fault.failed(failure, true, true, null);
    fault.failed(sql("08003", new EOFException()), true, false, null);
    assertThat((Throwable) fault.tooLate())
        .hasMessage(
            "The deadline passed before this was sent: the server has not seen it, and the"
                + " connection is lost: The deadline passed before the database answered, so the"
                + " connection is closed (No answer after 5 ms: read)")
        .hasCause(told);
  }
}
