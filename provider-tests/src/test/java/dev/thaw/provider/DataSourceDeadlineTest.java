package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.Deadline;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What bounds the work of a library that only sees a {@link DataSource}. */
@DatabaseTest
@Timeout(60)
class DataSourceDeadlineTest {
  private static final Duration LIMIT = Duration.ofMillis(700);
  // Longer than a test may take.
  private static final Duration FAR = Duration.ofMinutes(5);
  private static final String SLOW = "SELECT SLEEP(30)";

  private final TestSchema schema;

  DataSourceDeadlineTest(TestSchema schema) {
    this.schema = schema;
  }

  private static void query(DataSource data, String sql) throws SQLException {
    try (Connection connection = data.getConnection()) {
      Sql.string(connection, sql);
    }
  }

  private static void assertTimesOut(DataSource data, String sql) {
    assertThatThrownBy(() -> query(data, sql)).isInstanceOf(SQLTimeoutException.class);
  }

  @Test
  void a_deadline_in_force_bounds_a_query() throws SQLException {
    try (PooledConnectionProvider provider = schema.provider().build()) {
      DataSource data = provider.asDataSource();
      query(data, "SELECT 1");
      try (Deadline.Scope scope = Deadline.after(LIMIT).enter()) {
        assertTimesOut(data, SLOW);
        assertThat(scope).isNotNull();
      }
      query(data, "SELECT 1");
    }
  }

  @Test
  void a_deadline_in_force_bounds_the_wait_for_a_connection() throws SQLException {
    try (PooledConnectionProvider provider =
            schema.provider().maxSize(1).acquireTimeout(FAR).build();
        Connection only = provider.get();
        Deadline.Scope scope = Deadline.after(LIMIT).enter()) {
      assertThat(only).isNotSameAs(scope);
      assertTimesOut(provider.asDataSource(), "SELECT 1");
    }
  }

  @Test
  void the_acquire_timeout_holds_within_a_later_deadline() throws SQLException {
    try (PooledConnectionProvider provider =
            schema.provider().maxSize(1).acquireTimeout(Duration.ofSeconds(2)).build();
        Connection only = provider.get();
        Deadline.Scope scope = Deadline.after(FAR).enter()) {
      assertThat(only).isNotSameAs(scope);
      assertTimesOut(provider.asDataSource(), "SELECT 1");
    }
  }

  @Test
  void a_deadline_that_is_given_ends_with_the_one_in_force() throws SQLException {
    try (PooledConnectionProvider provider = schema.provider().build()) {
      query(provider.asDataSource(), "SELECT 1");
      try (Deadline.Scope scope = Deadline.after(LIMIT).enter();
          Connection connection = provider.get(Deadline.after(FAR))) {
        assertThat(scope).isNotNull();
        assertThatThrownBy(() -> Sql.string(connection, SLOW))
            .isInstanceOf(SQLTimeoutException.class);
      }
    }
  }

  @Test
  void a_query_timeout_bounds_a_query_without_a_deadline() throws SQLException {
    try (PooledConnectionProvider provider = schema.provider().queryTimeout(LIMIT).build()) {
      DataSource data = provider.asDataSource();
      query(data, "SELECT 1");
      assertTimesOut(data, SLOW);
      try (Deadline.Scope scope = Deadline.after(FAR).enter()) {
        assertThat(scope).isNotNull();
        assertTimesOut(data, SLOW);
      }
      query(data, "SELECT 1");
    }
  }

  @Test
  void a_statement_s_own_query_timeout_counts() throws SQLException {
    try (PooledConnectionProvider provider =
            schema.provider().queryTimeout(Duration.ofMillis(100)).build();
        Connection connection = provider.get();
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(20);
      assertThat(statement.execute("SELECT SLEEP(0.5)")).isTrue();
    }
  }
}
