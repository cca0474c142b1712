package dev.thaw.provider;

import dev.thaw.PooledConnectionProvider;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.TestSchema;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests of borrowers that have one connection after the other, of a {@code DatabaseTest}. */
abstract class OneConnection {
  final TestSchema schema;
  PooledConnectionProvider provider;

  OneConnection(TestSchema schema) {
    this.schema = schema;
  }

  @BeforeEach
  void start() {
    provider = schema.provider().maxSize(1).giveBackWhenFull(false).build();
  }

  @AfterEach
  void stop() {
    provider.close();
  }

  void borrow(Work work) throws SQLException {
    Work.borrow(provider, work);
  }

  /** Returns who is in the table "notes", as others see it. */
  String rows() throws SQLException {
    return String.join(" ", Sql.strings(schema::connect, "SELECT who FROM notes ORDER BY who"));
  }
}
