package dev.thaw.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.ConnectionProvider;
import dev.thaw.fixture.Sql;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.SAME_THREAD)
class DatabaseExtensionTest {
  private static final List<TestSchema> SCHEMAS = new CopyOnWriteArrayList<>();
  private static final List<ConnectionProvider> PROVIDERS = new CopyOnWriteArrayList<>();
  private static final List<Connection> CONNECTIONS = new CopyOnWriteArrayList<>();

  @BeforeEach
  void forget() {
    SCHEMAS.clear();
    PROVIDERS.clear();
    CONNECTIONS.clear();
  }

  @Test
  void a_static_field_gives_the_class_one_schema() throws Throwable {
    assertThat(EngineRun.of(StaticField.class).succeeded()).isEqualTo(2);

    assertThat(SCHEMAS).hasSize(2);
    assertThat(SCHEMAS.get(0)).isSameAs(SCHEMAS.get(1));
  }

  static class StaticField {
    @RegisterExtension
    static final DatabaseExtension DATABASE =
        DatabaseExtension.builder().schema("assets.sql").build();

    @Test
    void one(TestSchema schema, Connection connection) throws SQLException {
      SCHEMAS.add(schema);
      assertThat(Sql.strings(connection, "SHOW TABLES")).contains("assets");
    }

    @Test
    void two(TestSchema schema) {
      SCHEMAS.add(schema);
    }
  }

  @Test
  void an_instance_field_gives_each_test_its_own_schema() throws Throwable {
    assertThat(EngineRun.of(InstanceField.class).succeeded()).isEqualTo(3);

    assertThat(SCHEMAS).hasSize(3).doesNotHaveDuplicates();
  }

  static class InstanceField {
    @RegisterExtension
    final DatabaseExtension database = DatabaseExtension.builder().schema("assets.sql").build();

    @BeforeEach
    void insert(Connection connection, TestSchema schema) throws SQLException {
      SCHEMAS.add(schema);
      assertThat(Sql.string(connection, "SELECT COUNT(*) FROM assets")).isEqualTo("0");
      Sql.execute(connection, "INSERT INTO assets (name) VALUES ('a')");
    }

    @Test
    void one(TestSchema schema) {
      assertThat(schema).isSameAs(SCHEMAS.get(SCHEMAS.size() - 1));
    }

    @Test
    void two() {}

    @Nested
    class Inside {
      @Test
      void three(Connection connection) throws SQLException {
        assertThat(Sql.string(connection, "SELECT COUNT(*) FROM assets")).isEqualTo("1");
      }
    }
  }

  @Test
  void with_one_instance_per_class_an_instance_field_gives_the_class_one_schema() throws Throwable {
    assertThat(EngineRun.of(OneInstance.class).succeeded()).isEqualTo(2);

    assertThat(SCHEMAS).hasSize(2);
    assertThat(SCHEMAS.get(0)).isSameAs(SCHEMAS.get(1));
  }

  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static class OneInstance {
    @RegisterExtension final DatabaseExtension database = DatabaseExtension.builder().build();

    @Test
    void one(TestSchema schema) {
      SCHEMAS.add(schema);
    }

    @Test
    void two(TestSchema schema) {
      SCHEMAS.add(schema);
    }
  }

  @Test
  void a_constructor_of_the_only_instance_gets_what_the_class_has() throws Throwable {
    assertThat(EngineRun.of(OneInstanceConstructor.class).succeeded()).isEqualTo(2);
  }

  @DatabaseTest
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static class OneInstanceConstructor {
    private final ConnectionProvider provider;
    private final TestSchema schema;

    OneInstanceConstructor(ConnectionProvider provider, TestSchema schema) {
      this.provider = provider;
      this.schema = schema;
    }

    @Test
    void one(TestSchema injected) throws SQLException {
      assertThat(injected).isSameAs(schema);
      provider.get().close();
    }

    @Test
    void two() throws SQLException {
      provider.get().close();
    }
  }

  @Test
  void everything_is_closed_and_dropped_afterwards_also_after_a_failure() throws Exception {
    assertThat(EngineRun.of(Leaving.class).failures()).hasSize(1);

    assertThat(CONNECTIONS).hasSize(2).allSatisfy(c -> assertThat(c.isClosed()).isTrue());
    assertThat(PROVIDERS).hasSize(2).allSatisfy(p -> assertThat(p.isActive()).isFalse());
    TestSchema schema = SCHEMAS.get(0);
    try (Connection admin = DatabaseServer.shared().connect()) {
      assertThat(Sql.strings(admin, "SHOW DATABASES")).doesNotContain(schema.name());
      assertThat(Sql.strings(admin, "SELECT user FROM mysql.user"))
          .doesNotContain(schema.credentials().username());
    }
    assertThat(schema.connectionIds()).isEmpty();
  }

  @DatabaseTest(schema = "assets.sql")
  static class Leaving {
    @Test
    void fails_in_a_transaction(
        ConnectionProvider provider, Connection connection, TestSchema schema) throws SQLException {
      remember(provider, connection, schema);
      connection.setAutoCommit(false);
      Sql.execute(connection, "INSERT INTO assets (name) VALUES ('a')");
      throw new AssertionError("meant to fail");
    }

    @Test
    void leaves_a_connection_of_its_own_open(
        ConnectionProvider provider, Connection connection, TestSchema schema) throws SQLException {
      remember(provider, connection, schema);
      Connection own = schema.connect();
      own.setAutoCommit(false);
      Sql.execute(own, "INSERT INTO assets (name) VALUES ('b')");
    }

    private static void remember(
        ConnectionProvider provider, Connection connection, TestSchema schema) {
      PROVIDERS.add(provider);
      CONNECTIONS.add(connection);
      SCHEMAS.add(schema);
    }
  }

  @Test
  void a_schema_is_dropped_also_if_its_script_fails() throws Exception {
    List<String> before = schemas();

    assertThat(EngineRun.of(WrongUseTest.BrokenScript.class).failures()).hasSize(1);

    assertThat(schemas()).isEqualTo(before);
  }

  private static List<String> schemas() throws SQLException {
    try (Connection admin = DatabaseServer.shared().connect()) {
      return Sql.strings(admin, "SHOW DATABASES");
    }
  }

  @Test
  void subclasses_of_an_annotated_class_have_schemas_of_their_own() throws Throwable {
    assertThat(EngineRun.of(FirstSubclass.class, SecondSubclass.class).succeeded()).isEqualTo(2);

    assertThat(SCHEMAS).hasSize(2).doesNotHaveDuplicates();
  }

  @DatabaseTest(schema = "assets.sql")
  abstract static class Base {
    @Test
    void inherited(TestSchema schema, Connection connection) throws SQLException {
      SCHEMAS.add(schema);
      assertThat(Sql.strings(connection, "SHOW TABLES")).contains("assets");
    }
  }

  static class FirstSubclass extends Base {}

  static class SecondSubclass extends Base {}

  @Test
  void the_annotation_may_stand_on_another_annotation() throws Throwable {
    assertThat(EngineRun.of(MetaAnnotated.class).succeeded()).isEqualTo(1);
  }

  @Retention(RetentionPolicy.RUNTIME)
  @DatabaseTest(schema = "assets.sql")
  @interface AssetsTest {}

  @AssetsTest
  static class MetaAnnotated {
    @Test
    void has_the_schema(Connection connection) throws SQLException {
      assertThat(Sql.strings(connection, "SHOW TABLES")).contains("assets");
    }
  }

  @Test
  void a_single_method_can_have_a_database() throws Throwable {
    assertThat(EngineRun.of(OnMethods.class).succeeded()).isEqualTo(2);

    assertThat(SCHEMAS).hasSize(2).doesNotHaveDuplicates();
  }

  static class OnMethods {
    @Test
    @ExtendWith(DatabaseExtension.class)
    void one(TestSchema schema) {
      SCHEMAS.add(schema);
    }

    @Test
    @ExtendWith(DatabaseExtension.class)
    void two(TestSchema schema) {
      SCHEMAS.add(schema);
    }
  }

  @Test
  void dynamic_tests_share_what_their_factory_got() throws Throwable {
    assertThat(EngineRun.of(Factory.class).succeeded()).isEqualTo(2);
  }

  @DatabaseTest(schema = "assets.sql")
  static class Factory {
    @TestFactory
    List<DynamicTest> tests(ConnectionProvider provider) {
      List<DynamicTest> tests = new ArrayList<>();
      for (String name : List.of("a", "b")) {
        tests.add(
            DynamicTest.dynamicTest(
                name,
                () -> {
                  Sql.execute(provider::get, "INSERT INTO assets (name) VALUES ('x')");
                }));
      }
      return tests;
    }
  }

  @Test
  void classes_and_methods_may_run_in_parallel() throws Throwable {
    Parallel.BARRIER.reset();

    assertThat(EngineRun.inParallel(FirstParallel.class, SecondParallel.class).succeeded())
        .isEqualTo(4);

    assertThat(PROVIDERS).doesNotHaveDuplicates();
    assertThat(SCHEMAS.stream().distinct()).hasSize(2);
  }

  @DatabaseTest(schema = "assets.sql")
  abstract static class Parallel {
    /** Lets all four tests meet, two of each class. */
    private static final CyclicBarrier BARRIER = new CyclicBarrier(4);

    @Test
    void one(ConnectionProvider provider, TestSchema schema) throws Exception {
      insert(provider, schema);
    }

    @Test
    void two(ConnectionProvider provider, TestSchema schema) throws Exception {
      insert(provider, schema);
    }

    private static void insert(ConnectionProvider provider, TestSchema schema) throws Exception {
      PROVIDERS.add(provider);
      SCHEMAS.add(schema);
      BARRIER.await(30, TimeUnit.SECONDS);
      try (Connection connection = provider.get()) {
        Sql.execute(connection, "INSERT INTO assets (name) VALUES ('a')");
        BARRIER.await(30, TimeUnit.SECONDS);
        assertThat(Sql.string(connection, "SELECT COUNT(*) FROM assets")).isEqualTo("2");
      }
    }
  }

  static class FirstParallel extends Parallel {}

  static class SecondParallel extends Parallel {}
}
