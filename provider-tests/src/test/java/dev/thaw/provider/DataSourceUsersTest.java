package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.ConnectionProvider;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.sql.SQLException;
import java.util.List;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.boot.MetadataSources;
import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.hibernate.cfg.JdbcSettings;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Libraries that take a {@code DataSource}, on that of the stock provider. */
@DatabaseTest
class DataSourceUsersTest {
  @BeforeAll
  static void create(TestSchema schema) throws SQLException {
    Sql.execute(
        schema::connect,
        "CREATE TABLE assets (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100) NOT NULL)");
  }

  @Test
  void jdbi_queries_and_rolls_back(ConnectionProvider provider) {
    Jdbi jdbi = Jdbi.create(provider.asDataSource());
    jdbi.useHandle(handle -> handle.execute("INSERT INTO assets (name) VALUES (?)", "jdbi"));

    assertThatThrownBy(
            () ->
                jdbi.useTransaction(
                    handle -> {
                      handle.execute("INSERT INTO assets (name) VALUES (?)", "jdbi, lost");
                      throw new IllegalStateException("meant to roll back");
                    }))
        .hasMessage("meant to roll back");

    List<String> names =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery("SELECT name FROM assets WHERE name LIKE :name")
                    .bind("name", "jdbi%")
                    .mapTo(String.class)
                    .list());
    assertThat(names).containsExactly("jdbi");
    assertReused(provider);
  }

  @Test
  void hibernate_maps_entities_and_rolls_back(ConnectionProvider provider) {
    var registry =
        new StandardServiceRegistryBuilder()
            .applySetting(JdbcSettings.JAKARTA_NON_JTA_DATASOURCE, provider.asDataSource())
            .build();
    try (SessionFactory factory =
        new MetadataSources(registry)
            .addAnnotatedClass(Asset.class)
            .buildMetadata()
            .buildSessionFactory()) {
      factory.inTransaction(session -> session.persist(new Asset("hibernate")));

      assertThatThrownBy(
              () ->
                  factory.inTransaction(
                      session -> {
                        session.persist(new Asset("hibernate, lost"));
                        session.flush();
                        throw new IllegalStateException("meant to roll back");
                      }))
          .hasMessage("meant to roll back");

      List<String> names = factory.fromSession(DataSourceUsersTest::namesByHibernate);
      assertThat(names).containsExactly("hibernate");
    } finally {
      StandardServiceRegistryBuilder.destroy(registry);
    }
    assertReused(provider);
  }

  private static List<String> namesByHibernate(Session session) {
    return session
        .createSelectionQuery("select name from Asset where name like 'hibernate%'", String.class)
        .getResultList();
  }

  /** A row of the table of assets. */
  @Entity(name = "Asset")
  @Table(name = "assets")
  static class Asset {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private int id;

    private String name;

    Asset() {
      this("");
    }

    Asset(String name) {
      this.name = name;
    }

    @Override
    public String toString() {
      return id + " " + name;
    }
  }

  @Test
  void spring_s_jdbc_template_queries_and_rolls_back(ConnectionProvider provider) {
    JdbcTemplate jdbc = new JdbcTemplate(provider.asDataSource());
    TransactionTemplate transaction =
        new TransactionTemplate(new DataSourceTransactionManager(provider.asDataSource()));
    jdbc.update("INSERT INTO assets (name) VALUES (?)", "spring");

    assertThatThrownBy(
            () ->
                transaction.executeWithoutResult(
                    status -> {
                      jdbc.update("INSERT INTO assets (name) VALUES (?)", "spring, lost");
                      throw new IllegalStateException("meant to roll back");
                    }))
        .hasMessage("meant to roll back");

    assertThat(
            jdbc.queryForList("SELECT name FROM assets WHERE name LIKE ?", String.class, "spring%"))
        .containsExactly("spring");
    assertReused(provider);
  }

  private static void assertReused(ConnectionProvider provider) {
    assertThat(provider.stats().opened()).as("opened").isEqualTo(1);
    assertThat(provider.stats().active()).as("active").isZero();
  }
}
