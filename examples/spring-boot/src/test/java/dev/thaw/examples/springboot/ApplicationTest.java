package dev.thaw.examples.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.metrics.ThawMetrics;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.TestSchema;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;

/** What Spring Boot makes of the provider. */
@ExtendWith(OutputCaptureExtension.class)
@SpringBootTest(
    properties = {
      "spring.main.allow-bean-definition-overriding=true",
      "spring.datasource.url=jdbc:mysql://ignored.example/",
      "spring.datasource.hikari.maximum-pool-size=77"
    })
class ApplicationTest {
  @Autowired private JdbcTemplate jdbc;

  /** A schema that lives as long as the context. */
  @TestConfiguration
  static class Beans {
    @Bean
    TestSchema schema() throws SQLException {
      return DatabaseServer.shared().createSchema();
    }

    @Bean
    ConnectionProvider connectionProvider(TestSchema schema, MeterRegistry meters) {
      return schema.provider().listener(new ThawMetrics(meters)).build();
    }

    @Bean
    Transactions transactions(JdbcTemplate jdbc) {
      return new Transactions(jdbc);
    }
  }

  /** Tells what the server knows of a transaction. */
  static class Transactions {
    private final JdbcTemplate jdbc;

    Transactions(JdbcTemplate jdbc) {
      this.jdbc = jdbc;
    }

    @Transactional(isolation = Isolation.SERIALIZABLE)
    Map<String, Object> serializable() {
      return session(jdbc);
    }

    @Transactional(readOnly = true)
    Map<String, Object> readOnly() {
      return session(jdbc);
    }
  }

  private static Map<String, Object> session(JdbcTemplate jdbc) {
    return jdbc.queryForMap(
        "SELECT CONNECTION_ID() AS id, @@session.transaction_isolation AS isolation,"
            + " IF(@@session.transaction_read_only, 'yes', 'no') AS read_only");
  }

  @Test
  void a_transaction_has_its_isolation_and_leaves_none_behind(
      @Autowired Transactions transactions) {
    Map<String, Object> before = session(jdbc);
    assertThat(transactions.serializable())
        .containsEntry("isolation", "SERIALIZABLE")
        .containsEntry("id", before.get("id"));
    assertThat(transactions.readOnly()).containsEntry("read_only", "yes");
    assertThat(session(jdbc)).isEqualTo(before).containsEntry("read_only", "no");
  }

  @Test
  void actuator_reports_health_and_the_pool(
      @Autowired HealthEndpoint health, @Autowired MeterRegistry meters) {
    assertThat(health.health().getStatus()).isEqualTo(Status.UP);
    for (String name : new String[] {"jdbc.connections", "hikaricp.connections"}) {
      assertThat(meters.get(name + ".max").gauge().value()).isEqualTo(5);
      assertThat(meters.get(name + ".active").gauge().value()).isZero();
      assertThat(meters.get(name + ".idle").gauge().value()).isPositive();
    }
  }

  @Test
  @SuppressWarnings("try")
  void a_statement_past_the_deadline_is_a_timeout_of_spring() {
    try (Deadline.Scope scope = Deadline.after(Duration.ofMillis(300)).enter()) {
      assertThatThrownBy(() -> jdbc.queryForObject("SELECT SLEEP(60)", Integer.class))
          .isInstanceOf(QueryTimeoutException.class);
    }
  }

  @Test
  void settings_that_nothing_reads_are_warned_of_without_their_values(CapturedOutput output) {
    assertThat(output)
        .contains("spring.datasource.* is ignored (hikari, url)")
        .doesNotContain("ignored.example");
  }
}
