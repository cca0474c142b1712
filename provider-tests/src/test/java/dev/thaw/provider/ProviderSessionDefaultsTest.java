package dev.thaw.provider;

import static dev.thaw.provider.Work.borrow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.thaw.PooledConnectionProvider;
import dev.thaw.fixture.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.assertj.core.util.Throwables;
import org.hibernate.SessionFactory;
import org.hibernate.boot.MetadataSources;
import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.hibernate.cfg.JdbcSettings;
import org.hibernate.dialect.MySQLDialect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The state of a session that the application wants each borrower to find, and what it costs. */
class ProviderSessionDefaultsTest extends OwnServer {
  private static final String STATE =
      "SELECT CONCAT_WS(' ', @@session.autocommit + 0, @@session.transaction_read_only + 0,"
          + " @@session.transaction_isolation, IFNULL(@init, ''))";

  @BeforeAll
  void create() throws SQLException {
    Sql.execute(admin, "SET GLOBAL log_output='TABLE'");
    Sql.execute(
        schema::connect,
        "CREATE TABLE notes (id INT AUTO_INCREMENT PRIMARY KEY, n INT)",
        "CREATE TABLE assets (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50))");
  }

  @BeforeEach
  void empty() throws SQLException {
    Sql.execute(admin, "DELETE FROM " + schema.name() + ".notes");
    Sql.execute(admin, "TRUNCATE mysql.general_log");
    Sql.execute(admin, "SET GLOBAL general_log=ON");
  }

  @AfterEach
  void stopLog() throws SQLException {
    Sql.execute(admin, "SET GLOBAL general_log=OFF");
    Sql.execute(admin, "SET GLOBAL autocommit=1");
  }

  private PooledConnectionProvider provider(UnaryOperator<PooledConnectionProvider.Builder> more) {
    return more.apply(schema.provider().giveBackWhenFull(false)).build();
  }

  private static void insert(Connection connection) throws SQLException {
    Sql.execute(connection, "INSERT INTO notes (n) VALUES (1)");
  }

  /** Returns the commands of the schema's user since the last call, apart from logins. */
  private List<String> commands() throws SQLException {
    List<String> commands =
        Sql.strings(
            admin,
            "SELECT CONCAT(command_type, ' ', CONVERT(argument USING utf8mb4)) FROM"
                + " mysql.general_log WHERE user_host LIKE '%"
                + schema.credentials().username()
                + "%' AND command_type <> 'Connect' ORDER BY event_time");
    Sql.execute(admin, "TRUNCATE mysql.general_log");
    return commands;
  }

  private static PooledConnectionProvider.Builder all(PooledConnectionProvider.Builder builder) {
    return builder
        .defaultTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED)
        .readOnly(true)
        .autoCommit(false)
        .connectionInitSql("SET @init = 'begun'");
  }

  @Test
  void each_borrower_finds_them_whatever_the_one_before_has_changed() throws SQLException {
    List<Work> uses =
        List.of(
            connection -> {},
            connection -> connection.setAutoCommit(true),
            connection -> connection.setReadOnly(false),
            connection -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE),
            connection -> {
              connection.setReadOnly(false);
              insert(connection);
            },
            connection -> Sql.execute(connection, "SET autocommit=1, @init = NULL"),
            connection -> Sql.execute(connection, "SET SESSION TRANSACTION READ WRITE"),
            connection ->
                Sql.execute(connection, "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE"),
            connection -> Sql.execute(connection, "START TRANSACTION READ ONLY"));
    try (PooledConnectionProvider provider = provider(ProviderSessionDefaultsTest::all)) {
      for (Work use : uses) {
        borrow(provider, use);
        borrow(
            provider,
            connection -> {
              assertThat(connection.getAutoCommit()).isFalse();
              assertThat(connection.isReadOnly()).isTrue();
              assertThat(connection.getTransactionIsolation())
                  .isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
              assertThat(Sql.string(connection, STATE)).isEqualTo("0 1 READ-COMMITTED begun");
              assertThatThrownBy(() -> insert(connection)).isInstanceOf(SQLException.class);
            });
      }
      assertThat(provider.stats().opened()).isOne();
    }
    assertThat(count()).isEqualTo("0");
  }

  @Test
  void without_them_nothing_is_sent_but_the_select_of_variables() throws SQLException {
    try (PooledConnectionProvider provider = provider(builder -> builder)) {
      borrow(provider, connection -> {});
      assertThat(commands()).hasSize(1).allMatch(command -> command.contains("SELECT"));
      borrow(provider, connection -> {});
      assertThat(commands()).isEmpty();
    }
  }

  @Test
  void what_they_cost_at_the_login_and_at_a_return() throws SQLException {
    try (PooledConnectionProvider provider = provider(ProviderSessionDefaultsTest::all)) {
      borrow(provider, connection -> {});
      assertThat(commands())
          .hasSize(4)
          .element(0)
          .asString()
          .contains("SELECT", "@@session.autocommit");
      borrow(provider, connection -> Sql.string(connection, "SELECT 1"));
      assertThat(commands()).containsExactly("Query SELECT 1", "Query ROLLBACK");
      borrow(provider, connection -> Sql.execute(connection, "SET @init = NULL"));
      assertThat(commands())
          .hasSizeBetween(3, 4) // MariaDB does not log the reset
          .contains("Query SET @init = NULL", "Query SET @init = 'begun'");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_SERIALIZABLE})
  void the_isolation_costs_one_statement_at_the_login(int level) throws SQLException {
    try (PooledConnectionProvider provider =
        provider(builder -> builder.defaultTransactionIsolation(level))) {
      borrow(provider, connection -> {});
      assertThat(commands()).hasSize(2);
      borrow(provider, ProviderSessionDefaultsTest::insert);
      assertThat(commands()).hasSize(1);
    }
  }

  @Test
  void the_server_s_own_isolation_costs_nothing() throws SQLException {
    try (PooledConnectionProvider provider =
        provider(
            builder ->
                builder.defaultTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ))) {
      borrow(provider, connection -> {});
      assertThat(commands()).hasSize(1);
    }
  }

  @Test
  void read_only_costs_one_statement_at_the_login() throws SQLException {
    try (PooledConnectionProvider provider = provider(builder -> builder.readOnly(true))) {
      borrow(provider, connection -> {});
      assertThat(commands()).hasSize(2);
      borrow(provider, connection -> Sql.string(connection, "SELECT COUNT(*) FROM notes"));
      assertThat(commands()).hasSize(1);
      borrow(
          provider,
          connection -> {
            connection.setReadOnly(false);
            insert(connection);
          });
      assertThat(commands()).hasSize(3);
    }
    assertThat(count()).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "0"})
  void without_autocommit_what_is_not_committed_is_rolled_back(String byDefault)
      throws SQLException {
    Sql.execute(admin, "SET GLOBAL autocommit=" + byDefault);
    try (PooledConnectionProvider provider = provider(builder -> builder.autoCommit(false))) {
      borrow(provider, ProviderSessionDefaultsTest::insert);
      assertThat(count()).isEqualTo("0");
      commands();
      borrow(
          provider,
          connection -> {
            insert(connection);
            connection.commit();
          });
      assertThat(commands()).hasSize(2).last().asString().isEqualToIgnoringCase("Query COMMIT");
      assertThat(count()).isEqualTo("1");
      borrow(
          provider,
          connection -> {
            connection.setAutoCommit(true);
            insert(connection);
          });
      assertThat(commands()).hasSize(3);
      assertThat(count()).isEqualTo("2");
      borrow(provider, Work.sql("BEGIN").andThen(ProviderSessionDefaultsTest::insert));
      borrow(
          provider,
          Work.refused("SELECT nothing FROM nowhere").andThen(ProviderSessionDefaultsTest::insert));
      borrow(
          provider,
          connection -> {
            assertThat(connection.getAutoCommit()).isFalse();
            insert(connection);
            connection.rollback();
          });
      assertThat(count()).isEqualTo("2");
      assertThat(provider.stats().opened()).isOne();
    }
  }

  @Test
  void what_thaw_asks_the_server_itself_begins_no_transaction() throws SQLException {
    try (PooledConnectionProvider provider = schema.provider().autoCommit(false).build()) {
      borrow(
          provider,
          connection -> {
            insert(connection);
            connection.commit();
          });
      assertThat(commands()).anyMatch(command -> command.contains("SHOW GLOBAL STATUS"));
      Sql.execute(admin, "INSERT INTO " + schema.name() + ".notes (n) VALUES (2)");
      borrow(
          provider,
          connection ->
              assertThat(Sql.string(connection, "SELECT COUNT(*) FROM notes")).isEqualTo("2"));
    }
  }

  @Test
  void a_query_is_ended_over_an_idle_connection_that_is_read_only() throws SQLException {
    try (PooledConnectionProvider provider = provider(ProviderSessionDefaultsTest::all);
        Connection connection = provider.get()) {
      borrow(provider, idle -> {});
      try (Statement statement = connection.createStatement()) {
        statement.setQueryTimeout(1);
        assertThatThrownBy(() -> statement.executeQuery("SELECT SLEEP(60)"))
            .isInstanceOf(SQLTimeoutException.class);
      }
      assertThat(Sql.string(connection, "SELECT 1")).isEqualTo("1");
      assertThat(provider.stats().opened()).isEqualTo(2);
    }
  }

  @Test
  void hibernate_need_not_switch_autocommit_off() throws SQLException {
    try (PooledConnectionProvider provider = provider(builder -> builder.autoCommit(false))) {
      var registry =
          new StandardServiceRegistryBuilder()
              .applySetting(JdbcSettings.JAKARTA_NON_JTA_DATASOURCE, provider.asDataSource())
              .applySetting(JdbcSettings.CONNECTION_PROVIDER_DISABLES_AUTOCOMMIT, true)
              .applySetting(JdbcSettings.ALLOW_METADATA_ON_BOOT, false)
              .applySetting(JdbcSettings.DIALECT, MySQLDialect.class.getName())
              .build();
      try (SessionFactory factory =
          new MetadataSources(registry)
              .addAnnotatedClass(DataSourceUsersTest.Asset.class)
              .buildMetadata()
              .buildSessionFactory()) {
        factory.inTransaction(session -> session.persist(new DataSourceUsersTest.Asset("first")));
        commands();
        factory.inTransaction(session -> session.persist(new DataSourceUsersTest.Asset("kept")));
        assertThat(commands())
            .hasSize(2)
            .noneMatch(command -> command.toLowerCase(Locale.ROOT).contains("autocommit"));
        assertThatThrownBy(
                () ->
                    factory.inTransaction(
                        session -> {
                          session.persist(new DataSourceUsersTest.Asset("lost"));
                          session.flush();
                          throw new IllegalStateException("meant to roll back");
                        }))
            .hasMessage("meant to roll back");
      }
    }
    assertThat(Sql.strings(admin, "SELECT name FROM " + schema.name() + ".assets"))
        .containsExactly("first", "kept");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT hunter2 FROM", "SET ROLE hunter2", "USE hunter2"})
  void a_refused_init_sql_is_told_without_its_text(String sql) {
    try (PooledConnectionProvider provider = provider(builder -> builder.connectionInitSql(sql))) {
      assertThatThrownBy(provider::get)
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("the server has refused connectionInitSql with error ")
          .extracting(Throwables::getStackTrace, STRING)
          .doesNotContain("hunter2");
      assertThat(provider.check().toString()).doesNotContain("hunter2");
      assertThat(provider.stats().refusedLogins()).isZero();
    }
  }

  @Test
  void an_init_sql_that_the_driver_does_not_send_is_told_as_that() {
    try (PooledConnectionProvider provider =
        provider(
            builder -> builder.readOnly(true).connectionInitSql("DELETE FROM assets WHERE 1=0"))) {
      assertThatThrownBy(provider::get)
          .isInstanceOf(SQLException.class)
          .hasMessageContaining(
              "the driver has refused connectionInitSql with SQLState S1009; with readOnly the"
                  + " driver sends no statement that writes");
    }
  }

  @Test
  void an_init_sql_that_changes_rows_is_committed() throws SQLException {
    try (PooledConnectionProvider provider =
        provider(
            builder ->
                builder.autoCommit(false).connectionInitSql("INSERT INTO notes (n) VALUES (7)"))) {
      borrow(provider, connection -> {});
    }
    assertThat(count()).isEqualTo("1");
  }

  @Test
  void what_an_init_sql_sets_holds_after_a_setter_of_jdbc() throws SQLException {
    try (PooledConnectionProvider provider =
        provider(
            builder ->
                builder.connectionInitSql(
                    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"))) {
      borrow(
          provider,
          connection -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE));
      borrow(
          provider,
          connection ->
              assertThat(Sql.string(connection, "SELECT @@transaction_isolation"))
                  .isEqualTo("READ-COMMITTED"));
      assertThat(provider.stats().opened()).isOne();
    }
  }
}
