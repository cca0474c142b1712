package dev.thaw.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.fixture.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

class IsolationTest {
  private static final List<TestSchema> SCHEMAS = new CopyOnWriteArrayList<>();

  @BeforeEach
  void forget() {
    SCHEMAS.clear();
  }

  @Test
  void with_a_schema_per_test_nothing_is_shared() throws Throwable {
    assertThat(EngineRun.of(SchemaPerTest.class).succeeded()).isEqualTo(2);

    assertThat(SCHEMAS).hasSize(2).doesNotHaveDuplicates();
  }

  @DatabaseTest(schema = "assets.sql", isolation = Isolation.SCHEMA_PER_TEST)
  static class SchemaPerTest {
    private final TestSchema schema;

    SchemaPerTest(TestSchema schema) {
      this.schema = schema;
    }

    @RepeatedTest(2)
    void inserts(Connection connection, TestSchema same) throws SQLException {
      SCHEMAS.add(same);
      assertThat(same).isSameAs(schema);
      assertThat(count(connection)).isEqualTo("0");
      insert(connection);
    }
  }

  @Test
  void with_a_schema_per_test_there_is_none_for_the_class() {
    assertThat(
            EngineRun.of(SchemaPerTestBeforeAll.class, SchemaPerTestOneInstance.class).failures())
        .hasSize(2)
        .allSatisfy(
            failure ->
                assertThat(failure)
                    .hasMessageContaining("parameter schema of SchemaPerTest")
                    .hasMessageContaining(
                        "with Isolation.SCHEMA_PER_TEST there is no database before the first"
                            + " test: use @BeforeEach instead of @BeforeAll"));
  }

  @DatabaseTest(isolation = Isolation.SCHEMA_PER_TEST)
  static class SchemaPerTestBeforeAll extends NeverRuns {
    @BeforeAll
    static void too_early(TestSchema schema) {}
  }

  @DatabaseTest(isolation = Isolation.SCHEMA_PER_TEST)
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static class SchemaPerTestOneInstance extends NeverRuns {
    SchemaPerTestOneInstance(TestSchema schema) {}
  }

  @Test
  void with_rollback_what_a_test_writes_is_gone_and_what_the_class_wrote_stays() throws Throwable {
    assertThat(EngineRun.of(Rollback.class).succeeded()).isEqualTo(8);
  }

  @DatabaseTest(schema = "assets.sql", isolation = Isolation.ROLLBACK)
  static class Rollback {
    @BeforeAll
    static void for_all(Connection connection) throws SQLException {
      insert(connection);
    }

    @RepeatedTest(2)
    void writes_and_reads_on_different_connections(
        ConnectionProvider provider, DataSource dataSource, Connection own) throws SQLException {
      try (Connection connection = provider.get()) {
        assertThat(count(connection)).isEqualTo("1");
        insert(connection);
      }
      try (Connection connection = dataSource.getConnection()) {
        assertThat(count(connection)).isEqualTo("2");
        assertThat(connection.getAutoCommit()).isTrue();
      }
      assertThat(count(own)).isEqualTo("2");
    }

    @RepeatedTest(2)
    void commits(ConnectionProvider provider) throws SQLException {
      try (Connection connection = provider.get()) {
        connection.setAutoCommit(false);
        insert(connection);
        connection.commit();
        insert(connection);
        connection.setAutoCommit(true);
      }
      try (Connection connection = provider.get()) {
        assertThat(count(connection)).isEqualTo("3");
      }
    }

    @Test
    void rolls_back_to_its_own_beginning(ConnectionProvider provider) throws SQLException {
      try (Connection connection = provider.get()) {
        insert(connection);
        connection.setAutoCommit(false);
        insert(connection);
        connection.rollback();
        assertThat(count(connection)).isEqualTo("2");
        insert(connection);
        connection.commit();
        insert(connection);
      }
      try (Connection connection = provider.get()) {
        assertThat(count(connection)).as("closed without commit").isEqualTo("3");
      }
    }

    @Test
    void has_savepoints(Connection connection) throws SQLException {
      connection.setAutoCommit(false);
      var savepoint = connection.setSavepoint();
      insert(connection);
      connection.rollback(savepoint);
      assertThat(count(connection)).isEqualTo("1");
      connection.commit();
    }

    @Test
    void a_closed_connection_is_closed(ConnectionProvider provider) throws SQLException {
      Connection connection = provider.get();
      connection.close();
      connection.close();

      assertThat(connection.isClosed()).isTrue();
      assertThatThrownBy(connection::createStatement).isInstanceOf(SQLException.class);
      try (Connection next = provider.get()) {
        assertThat(next.isClosed()).isFalse();
        assertThatThrownBy(next::commit).isInstanceOf(SQLException.class);
      }
    }

    @Test
    void keeps_the_provider_s_promises(ConnectionProvider provider) throws SQLException {
      assertThatThrownBy(() -> provider.get(Deadline.after(Duration.ZERO)))
          .isInstanceOf(SQLTimeoutException.class);
      provider.get(Deadline.after(Duration.ofSeconds(10))).close();
      assertThat(provider.check().success()).isTrue();
      assertThat(provider.isActive()).isTrue();

      provider.close();

      assertThatThrownBy(provider::get).isInstanceOf(SQLNonTransientConnectionException.class);
    }
  }

  @Test
  void with_rollback_a_statement_that_commits_fails_the_test() {
    assertThat(EngineRun.of(RollbackWithDdl.class).failure())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a statement of it has committed")
        .hasMessageContaining("Use Isolation.SCHEMA_PER_TEST");
  }

  @DatabaseTest(isolation = Isolation.ROLLBACK)
  static class RollbackWithDdl {
    @Test
    void creates_a_table(Connection connection) throws SQLException {
      Sql.execute(connection, "CREATE TABLE a (id INT)");
    }
  }

  @Test
  void initializers_run_before_scripts_in_their_order() throws Throwable {
    assertThat(EngineRun.of(Initialized.class).succeeded()).isEqualTo(1);
  }

  @DatabaseTest(
      initializers = {CreatesTable.class, InsertsRow.class},
      schema = "/scripts/more-assets.sql")
  static class Initialized {
    @Test
    void has_both(Connection connection) throws SQLException {
      assertThat(Sql.strings(connection, "SELECT name FROM assets"))
          .containsExactly("from an initializer", "from the root");
    }
  }

  static class CreatesTable implements SchemaInitializer {
    @Override
    public void initialize(TestSchema schema) throws SQLException {
      try (Connection connection = schema.asDataSource().getConnection()) {
        Sql.execute(connection, "CREATE TABLE assets (name VARCHAR(100))");
      }
    }
  }

  static class InsertsRow implements SchemaInitializer {
    @Override
    public void initialize(TestSchema schema) throws SQLException {
      Sql.execute(schema::connect, "INSERT INTO assets VALUES ('from an initializer')");
    }
  }

  @Test
  void an_initializer_that_cannot_be_made_is_named() {
    assertThat(EngineRun.of(WithoutInitializer.class).failure())
        .hasMessage(
            "initializer dev.thaw.testing.IsolationTest$NeedsParameter cannot be made"
                + " without parameters");
  }

  @DatabaseTest(initializers = NeedsParameter.class)
  static class WithoutInitializer extends NeverRuns {}

  record NeedsParameter(String name) implements SchemaInitializer {
    @Override
    public void initialize(TestSchema schema) {}
  }

  private static String count(Connection connection) throws SQLException {
    return Sql.string(connection, "SELECT COUNT(*) FROM assets");
  }

  private static void insert(Connection connection) throws SQLException {
    Sql.execute(connection, "INSERT INTO assets (name) VALUES ('a')");
  }
}
