package dev.thaw.examples.assetapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.ConnectionProvider;
import dev.thaw.examples.assetapi.assets.Connections;
import dev.thaw.examples.assetapi.assets.JdbcAssetRepository;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.Isolation;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A write to a former writer. What becomes a writer here is the same server, a moment later. */
@DatabaseTest(schema = "schema.sql", isolation = Isolation.SCHEMA_PER_TEST)
class FailoverTest {
  private static final Event CREATE =
      Event.create("{\"name\": \"saw\", \"serialNumber\": \"S-1\"}");

  private DatabaseServer server;
  private final List<Long> used = new ArrayList<>();

  @BeforeEach
  void make_the_server_a_former_writer(DatabaseServer server) throws SQLException {
    this.server = server;
    readOnly("ON");
  }

  @AfterEach
  void make_the_server_a_writer() throws SQLException {
    readOnly("OFF");
  }

  @Test
  void a_write_that_the_former_writer_refuses_is_done_on_a_new_connection(ConnectionProvider db) {
    Answer answer = create(db, 1);
    assertThat(answer.status()).isEqualTo(201);
    assertThat(used).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void a_second_refusal_is_a_503(ConnectionProvider db) {
    try (CapturedLog log = new CapturedLog()) {
      assertThat(create(db, 2).status()).isEqualTo(503);
      assertThat(log.text()).contains("read", "Suppressed: ");
    }
    assertThat(used).hasSize(2);
  }

  @Test
  void another_failure_is_not_tried_again(ConnectionProvider db) throws SQLException {
    readOnly("OFF");
    assertThat(create(db, 0).status()).isEqualTo(201);
    assertThat(create(db, 0).status()).isEqualTo(409);
    assertThat(used).hasSize(2);
  }

  /** Lets some writes be refused, then takes them. */
  private Answer create(ConnectionProvider db, int refused) {
    Connections connections =
        deadline -> {
          if (used.size() == refused) {
            readOnly("OFF");
          }
          Connection connection = db.get(deadline);
          used.add(id(connection));
          return connection;
        };
    return Answer.of(
        new CreateAsset(new JdbcAssetRepository(connections, InstantSource.system()), Cors.of("*")),
        CREATE);
  }

  private static long id(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        var row = statement.executeQuery("SELECT CONNECTION_ID()")) {
      row.next();
      return row.getLong(1);
    }
  }

  private void readOnly(String value) throws SQLException {
    try (Connection admin = server.connect();
        Statement statement = admin.createStatement()) {
      statement.execute("SET GLOBAL read_only = " + value);
    }
  }
}
