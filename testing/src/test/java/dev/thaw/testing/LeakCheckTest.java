package dev.thaw.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.THROWABLE;

import dev.thaw.ConnectionProvider;
import dev.thaw.fixture.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LeakCheckTest {

  @Test
  void a_connection_that_is_not_closed_fails_the_test_with_the_stack_of_where_it_was_taken() {
    Throwable failure = EngineRun.of(LeavesConnection.class).failure();

    assertThat(failure)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("takes_one(ConnectionProvider) has left open")
        .hasMessageContaining("a connection that was not closed was taken here")
        .hasMessageContaining("leakCheck = false");
    assertThat(frames(failure)).contains("somewhereDeep");
  }

  @DatabaseTest
  static class LeavesConnection {
    @Test
    void takes_one(ConnectionProvider provider) throws SQLException {
      somewhereDeep(provider);
    }

    private static void somewhereDeep(ConnectionProvider provider) throws SQLException {
      Sql.execute(provider.get(), "SELECT 1");
    }
  }

  @Test
  void a_connection_of_the_data_source_counts_too() {
    assertThat(EngineRun.of(LeavesConnectionOfDataSource.class).failure())
        .hasMessageContaining("was not closed");
  }

  @DatabaseTest
  static class LeavesConnectionOfDataSource {
    @Test
    void takes_one(DataSource dataSource) throws SQLException {
      Sql.execute(dataSource.getConnection(), "SELECT 1");
    }
  }

  @Test
  void a_connection_closed_within_a_transaction_fails_the_test() {
    Throwable failure = EngineRun.of(ClosesInTransaction.class).failure();

    assertThat(failure).hasMessageContaining("a connection was closed here within a transaction");
    assertThat(Throwables.getStackTrace(failure))
        .contains("the connection was taken here")
        .doesNotContain("was not closed");
    assertThat(frames(failure)).contains("forgets_to_commit");
  }

  @DatabaseTest(schema = "assets.sql")
  static class ClosesInTransaction {
    @Test
    void forgets_to_commit(ConnectionProvider provider) throws SQLException {
      try (Connection connection = provider.get()) {
        connection.setAutoCommit(false);
        Sql.execute(connection, "INSERT INTO assets (name) VALUES ('lost')");
      }
    }
  }

  @Test
  void the_test_s_own_connection_left_within_a_transaction_fails_the_test() {
    assertThat(EngineRun.of(LeavesTransaction.class).failure())
        .hasMessageContaining("the test's connection was left within a transaction");
  }

  @DatabaseTest(schema = "assets.sql")
  static class LeavesTransaction {
    @Test
    void forgets_to_commit(Connection connection) throws SQLException {
      Sql.execute(connection, "START TRANSACTION");
      Sql.execute(connection, "INSERT INTO assets (name) VALUES ('lost')");
    }
  }

  @Test
  void what_a_class_leaves_open_fails_the_class() {
    assertThat(frames(EngineRun.of(LeavesConnectionOfClass.class).failure()))
        .contains("takes_one_for_all");
  }

  @DatabaseTest
  static class LeavesConnectionOfClass {
    @BeforeAll
    static void takes_one_for_all(ConnectionProvider provider) throws SQLException {
      Sql.execute(provider.get(), "SELECT 1");
    }

    @Test
    void innocent() {}
  }

  @Test
  void a_test_that_fails_anyway_keeps_its_own_failure() {
    Throwable failure = EngineRun.of(FailsAndLeaves.class).failure();

    assertThat(failure).hasMessage("meant to fail");
    assertThat(failure.getSuppressed())
        .singleElement(THROWABLE)
        .hasMessageContaining("was not closed");
  }

  @DatabaseTest
  static class FailsAndLeaves {
    @Test
    void fails(ConnectionProvider provider) throws SQLException {
      Sql.execute(provider.get(), "SELECT 1");
      throw new AssertionError("meant to fail");
    }
  }

  @Test
  void what_is_given_back_in_time_is_no_leak() throws Throwable {
    assertThat(EngineRun.of(TidiesUp.class).succeeded()).isEqualTo(3);
  }

  @DatabaseTest(schema = "assets.sql")
  static class TidiesUp {
    private Connection connection;

    @BeforeEach
    void take(ConnectionProvider provider) throws SQLException {
      connection = provider.get();
    }

    @AfterEach
    void give_back() throws SQLException {
      connection.close();
    }

    @Test
    void commits() throws SQLException {
      connection.setAutoCommit(false);
      Sql.execute(connection, "INSERT INTO assets (name) VALUES ('kept')");
      connection.commit();
    }

    @Test
    void rolls_back() throws SQLException {
      connection.setAutoCommit(false);
      Sql.execute(connection, "INSERT INTO assets (name) VALUES ('lost')");
      connection.rollback();
    }

    @Test
    void closes_twice(Connection own) throws SQLException {
      connection.close();
      own.close();
    }
  }

  @Test
  void the_check_can_be_switched_off() throws Throwable {
    assertThat(EngineRun.of(Unchecked.class, UncheckedField.class).succeeded()).isEqualTo(2);
  }

  @DatabaseTest(leakCheck = false)
  static class Unchecked {
    @Test
    void takes_one(ConnectionProvider provider) throws SQLException {
      Sql.execute(provider.get(), "SELECT 1");
    }
  }

  static class UncheckedField {
    @RegisterExtension
    static final DatabaseExtension DATABASE = DatabaseExtension.builder().leakCheck(false).build();

    @Test
    void takes_one(ConnectionProvider provider) throws SQLException {
      Sql.execute(provider.get(), "SELECT 1");
    }
  }

  /** Returns the methods in the stacks of what a failure has suppressed. */
  private static List<String> frames(Throwable failure) {
    return Stream.of(failure.getSuppressed())
        .flatMap(leak -> Stream.of(leak.getStackTrace()))
        .map(StackTraceElement::getMethodName)
        .toList();
  }
}
