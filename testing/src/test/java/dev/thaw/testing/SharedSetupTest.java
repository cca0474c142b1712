package dev.thaw.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.ConnectionProvider;
import dev.thaw.fixture.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases in classes that inherit, nest and combine JUnit's own features. */
class SharedSetupTest {
  private static final List<TestSchema> SCHEMAS = new CopyOnWriteArrayList<>();

  @BeforeEach
  void forget() {
    SCHEMAS.clear();
  }

  @Test
  void subclasses_that_inherit_a_static_field_have_schemas_of_their_own() throws Throwable {
    assertThat(EngineRun.of(FirstOfField.class, SecondOfField.class).succeeded()).isEqualTo(2);

    assertThat(SCHEMAS).hasSize(2).doesNotHaveDuplicates();
  }

  abstract static class WithField {
    @RegisterExtension
    static final DatabaseExtension DATABASE =
        DatabaseExtension.builder().schema("assets.sql").build();

    @BeforeAll
    static void fill(Connection connection) throws SQLException {
      insert(connection);
    }

    @Test
    void inherited(TestSchema schema, Connection connection) throws SQLException {
      SCHEMAS.add(schema);
      assertThat(count(connection)).isEqualTo("1");
    }
  }

  static class FirstOfField extends WithField {}

  static class SecondOfField extends WithField {}

  @Test
  void nested_classes_with_one_instance_share_the_outer_schema() throws Throwable {
    assertThat(EngineRun.of(OneInstanceNested.class).succeeded()).isEqualTo(3);

    assertThat(SCHEMAS).hasSize(4);
    assertThat(SCHEMAS.stream().distinct()).hasSize(1);
  }

  @DatabaseTest(schema = "assets.sql")
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static class OneInstanceNested {
    @BeforeAll
    void not_static(TestSchema schema, Connection connection) throws SQLException {
      SCHEMAS.add(schema);
      insert(connection);
    }

    @Test
    void outside(TestSchema schema) {
      SCHEMAS.add(schema);
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Inside {
      private final ConnectionProvider provider;

      Inside(ConnectionProvider provider) {
        this.provider = provider;
      }

      @RepeatedTest(2)
      void deeper(TestSchema schema) throws SQLException {
        SCHEMAS.add(schema);
        try (Connection connection = provider.get()) {
          assertThat(count(connection)).isEqualTo("1");
        }
      }
    }
  }

  @Test
  void with_one_instance_and_rollback_each_test_begins_anew() throws Throwable {
    assertThat(EngineRun.of(OneInstanceRollback.class).succeeded()).isEqualTo(4);
  }

  @DatabaseTest(schema = "assets.sql", isolation = Isolation.ROLLBACK)
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static class OneInstanceRollback {
    @ParameterizedTest
    @ValueSource(strings = {"a", "b"})
    void inserts(String name, Connection connection) throws SQLException {
      insertsAndCounts(connection);
      assertThat(name).isNotEmpty();
    }

    @Nested
    class Inside {
      @RepeatedTest(2)
      void inserts(Connection connection) throws SQLException {
        insertsAndCounts(connection);
      }
    }

    private static void insertsAndCounts(Connection connection) throws SQLException {
      insert(connection);
      assertThat(count(connection)).isEqualTo("1");
    }
  }

  @Test
  void tests_with_a_schema_each_may_run_in_parallel_in_nested_classes_too() throws Throwable {
    assertThat(EngineRun.inParallel(ParallelTests.class).succeeded()).isEqualTo(8);

    assertThat(SCHEMAS).hasSize(8).doesNotHaveDuplicates();
  }

  @DatabaseTest(schema = "assets.sql", isolation = Isolation.SCHEMA_PER_TEST)
  static class ParallelTests {
    @RepeatedTest(4)
    void outside(TestSchema schema, Connection connection) throws SQLException {
      insertsAndCounts(schema, connection);
    }

    @Nested
    class Inside {
      @RepeatedTest(4)
      void inside(TestSchema schema, Connection connection) throws SQLException {
        insertsAndCounts(schema, connection);
      }
    }

    private static void insertsAndCounts(TestSchema schema, Connection connection)
        throws SQLException {
      SCHEMAS.add(schema);
      insert(connection);
      assertThat(count(connection)).isEqualTo("1");
    }
  }

  private static void insert(Connection connection) throws SQLException {
    Sql.execute(connection, "INSERT INTO assets (name) VALUES ('a')");
  }

  private static String count(Connection connection) throws SQLException {
    return Sql.string(connection, "SELECT COUNT(*) FROM assets");
  }
}
