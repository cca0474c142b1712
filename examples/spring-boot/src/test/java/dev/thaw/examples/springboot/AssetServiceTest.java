package dev.thaw.examples.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.ConnectionProvider;
import dev.thaw.testing.DatabaseTest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.bean.override.convention.TestBean;

// @start region="spring"
@DatabaseTest
@SpringBootTest
@DirtiesContext // the schema ends with the class
class AssetServiceTest {
  private static ConnectionProvider database;

  @TestBean ConnectionProvider connectionProvider; // in the place of the application's

  static ConnectionProvider connectionProvider() {
    return database;
  }

  @BeforeAll
  static void takeDatabase(ConnectionProvider provider) {
    database = provider;
  }

  @Test
  void jpa_and_jdbc_write_in_one_transaction(
      @Autowired AssetService assets, @Autowired JdbcTemplate jdbc) {
    assets.add("saw");
    assets.add("drill");
    assertThat(assets.latest()).containsExactly("drill", "saw");
    assertThat(jdbc.queryForObject("SELECT assets FROM asset_count", Integer.class)).isEqualTo(2);
  }
}
// @end region="spring"
