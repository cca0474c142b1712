package dev.thaw;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FailureKindTest {

  @Test
  void each_kind_has_an_error_that_is_of_it() {
    assertThat(
            Stream.of(
                new SQLException("", "28000", 1045),
                new SQLException("", "42000", 1049),
                new SQLException("", "08004", 1040),
                new SQLException("", "08S01", new ConnectException()),
                new SQLException("", "08S01"),
                new SQLException("", "HY000", 1836),
                new SQLTimeoutException(),
                new SQLSyntaxErrorException()))
        .extracting(FailureKind::of)
        .containsExactlyInAnyOrder(FailureKind.values());
  }

  @ParameterizedTest
  @CsvSource({
    "28000, 1045, CREDENTIALS_REFUSED",
    "28000, 1698, CREDENTIALS_REFUSED",
    "28000, 0, CREDENTIALS_REFUSED",
    ", 1045, CREDENTIALS_REFUSED",
    "HY000, 1130, CREDENTIALS_REFUSED",
    "08004, 1251, CREDENTIALS_REFUSED",
    "HY000, 1275, CREDENTIALS_REFUSED",
    "HY000, 1524, CREDENTIALS_REFUSED",
    "HY000, 1820, CREDENTIALS_REFUSED",
    "S1000, 1862, CREDENTIALS_REFUSED",
    "28000, 1873, CREDENTIALS_REFUSED",
    "HY000, 3118, CREDENTIALS_REFUSED",
    "HY000, 3955, CREDENTIALS_REFUSED",
    "HY000, 4150, CREDENTIALS_REFUSED",
    "HY000, 4151, CREDENTIALS_REFUSED",
    "42000, 1044, SCHEMA_REFUSED",
    "42000, 1049, SCHEMA_REFUSED",
    "HY000, 1042, OTHER",
    "HY000, 1129, OTHER",
    "08S01, 1043, BROKEN",
    "42000, 1227, OTHER",
    "HY000, 3032, OTHER",
    "HY000, 3159, OTHER",
    "08004, 1040, TOO_MANY_CONNECTIONS",
    "42000, 1203, TOO_MANY_CONNECTIONS",
    "42000, 1226, TOO_MANY_CONNECTIONS",
    "HY000, 1836, READ_ONLY",
    "08S01, 0, BROKEN",
    "08003, 0, BROKEN",
    "08S01, 1053, BROKEN",
    "42S02, 1146, OTHER",
    "40001, 1213, OTHER",
    ", 0, OTHER",
  })
  void classifies_by_state_and_error_number(String state, int code, FailureKind expected) {
    assertThat(FailureKind.of(new SQLException("message", state, code))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "The MySQL server is running with the --read-only option so it cannot execute this statement, READ_ONLY",
    "The MySQL server is running with the --super-read-only option so it cannot execute this statement, READ_ONLY",
    "The MariaDB server is running with the --read_only option so it cannot execute this statement, READ_ONLY",
    "The MySQL server is running with the --secure-file-priv option so it cannot execute this statement, OTHER",
    "The MySQL server is running with the --skip-grant-tables option so it cannot execute this statement, OTHER",
    ", OTHER",
  })
  void takes_a_forbidding_option_for_a_failover_only_if_it_is_about_reading(
      String message, FailureKind expected) {
    assertThat(FailureKind.of(new SQLException(message, "HY000", 1290))).isEqualTo(expected);
  }

  @Test
  void what_is_wrong_in_a_file_for_a_bulk_load_has_the_numbers_of_mariadb_s_locked_accounts() {
    String message = "Unexpected end of input found at row 7 in file 's3://assets'";
    assertThat(FailureKind.of(new SQLException(message, "HY000", 4150)))
        .isEqualTo(FailureKind.OTHER);
    assertThat(FailureKind.of(new SQLException(message, "HY000", 4151)))
        .isEqualTo(FailureKind.OTHER);
  }

  static Stream<IOException> unreachable() {
    return Stream.of(
        new ConnectException(),
        new NoRouteToHostException(),
        new PortUnreachableException(),
        new UnknownHostException());
  }

  @ParameterizedTest
  @MethodSource("unreachable")
  void a_connection_that_never_came_about_is_unreachable_rather_than_broken(IOException cause) {
    assertThat(FailureKind.of(cause)).isEqualTo(FailureKind.UNREACHABLE);
    assertThat(FailureKind.of(new SQLException("link failure", "08S01", 0, cause)))
        .isEqualTo(FailureKind.UNREACHABLE);
  }

  @Test
  void timeouts_of_jdbc_and_of_sockets_are_one_kind() {
    assertThat(FailureKind.of(new SQLTimeoutException())).isEqualTo(FailureKind.TIMEOUT);
    assertThat(FailureKind.of(new SocketTimeoutException())).isEqualTo(FailureKind.TIMEOUT);
    assertThat(
            FailureKind.of(
                new SQLException("link failure", "08S01", 0, new SocketTimeoutException())))
        .isEqualTo(FailureKind.TIMEOUT);
  }

  @Test
  void a_server_that_says_why_is_believed_before_the_way_it_was_said() {
    SQLException refused = new SQLException("denied", "28000", 1045, new ConnectException());
    assertThat(FailureKind.of(new SQLTimeoutException(refused)))
        .isEqualTo(FailureKind.CREDENTIALS_REFUSED);
  }

  @Test
  void looks_through_the_chain_of_causes() {
    Throwable failure = new SQLException("full", "08004", 1040);
    for (int depth = 0; depth < 10; depth++) {
      failure = new IllegalStateException(failure);
    }
    assertThat(FailureKind.of(failure)).isEqualTo(FailureKind.TOO_MANY_CONNECTIONS);
  }

  @Test
  void ends_in_a_circle_of_causes() {
    SQLException one = new SQLException("one", "08S01");
    IOException other = new IOException("other", one);
    one.initCause(other);
    assertThat(FailureKind.of(one)).isEqualTo(FailureKind.BROKEN);
  }

  @Test
  void everything_else_is_other() {
    assertThat(FailureKind.of(null)).isEqualTo(FailureKind.OTHER);
    assertThat(FailureKind.of(new IllegalStateException())).isEqualTo(FailureKind.OTHER);
    assertThat(FailureKind.of(new IOException())).isEqualTo(FailureKind.OTHER);
    assertThat(FailureKind.of(new SQLSyntaxErrorException("no such column", "42S22", 1054)))
        .isEqualTo(FailureKind.OTHER);
  }
}
