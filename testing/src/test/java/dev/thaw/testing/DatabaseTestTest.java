package dev.thaw.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.ConnectionProvider;
import dev.thaw.fixture.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@DatabaseTest(schema = {"assets.sql", "/scripts/more-assets.sql"})
class DatabaseTestTest {
  private final TestSchema fromConstructor;

  DatabaseTestTest(TestSchema schema) {
    this.fromConstructor = schema;
  }

  @BeforeAll
  static void a_lifecycle_method_of_the_class_gets_parameters(
      ConnectionProvider provider, Connection connection, TestSchema schema) throws SQLException {
    assertThat(Sql.string(connection, "SELECT DATABASE()")).isEqualTo(schema.name());
    assertThat(provider.check().success()).isTrue();
  }

  @BeforeEach
  void a_lifecycle_method_of_the_test_gets_parameters(DataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      assertThat(Sql.string(connection, "SELECT DATABASE()")).isEqualTo(fromConstructor.name());
    }
  }

  @Test
  void every_kind_of_parameter_leads_to_the_same_schema(
      ConnectionProvider provider,
      DataSource dataSource,
      Connection connection,
      TestSchema schema,
      DatabaseServer server)
      throws SQLException {
    assertThat(Sql.string(connection, "SELECT DATABASE()")).isEqualTo(schema.name());
    try (Connection other = provider.get();
        Connection another = dataSource.getConnection();
        Connection admin = server.connect()) {
      assertThat(Sql.string(other, "SELECT DATABASE()")).isEqualTo(schema.name());
      assertThat(Sql.string(another, "SELECT DATABASE()")).isEqualTo(schema.name());
      assertThat(Sql.strings(admin, "SHOW DATABASES")).contains(schema.name());
    }
    assertThat(schema).isSameAs(fromConstructor);
  }

  @Test
  void scripts_have_run_in_their_order(Connection connection) throws SQLException {
    assertThat(Sql.strings(connection, "SELECT name FROM assets")).contains("from the root");
    assertThat(Sql.strings(connection, "SELECT entry FROM audit"))
        .contains("inserted from the root;");
  }

  @Test
  void the_user_is_fresh_and_sees_nothing_but_the_schema(Connection connection, TestSchema schema)
      throws SQLException {
    assertThat(Sql.string(connection, "SELECT CURRENT_USER()"))
        .isEqualTo(schema.credentials().username() + "@%");
    assertThat(Sql.strings(connection, "SHOW DATABASES"))
        .contains(schema.name())
        .doesNotContain("mysql")
        .filteredOn(name -> name.startsWith("thaw"))
        .hasSize(1);
  }

  @RepeatedTest(2)
  void each_test_has_a_provider_of_its_own(ConnectionProvider provider) throws SQLException {
    // The lifecycle method took one; no other test's are counted.
    assertThat(provider.stats().opened()).isEqualTo(1);
    provider.close();
  }

  @Test
  void each_connection_parameter_is_another_connection(Connection one, Connection two)
      throws SQLException {
    assertThat(Sql.string(one, "SELECT CONNECTION_ID()"))
        .isNotEqualTo(Sql.string(two, "SELECT CONNECTION_ID()"));
  }

  @Nested
  class Inside {
    @Test
    void a_nested_class_shares_the_schema(TestSchema schema, Connection connection)
        throws SQLException {
      assertThat(schema).isSameAs(fromConstructor);
      assertThat(Sql.strings(connection, "SELECT name FROM assets")).contains("from the root");
    }
  }

  @Nested
  @DatabaseTest
  class InsideWithItsOwn {
    @Test
    void a_nested_class_with_the_annotation_has_its_own(Connection connection) throws SQLException {
      assertThat(Sql.strings(connection, "SHOW TABLES")).isEmpty();
    }
  }
}
