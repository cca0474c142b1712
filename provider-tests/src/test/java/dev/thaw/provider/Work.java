package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.ConnectionProvider;
import dev.thaw.fixture.Sql;
import java.sql.Connection;
import java.sql.SQLException;

/** What a borrower does with a connection. */
@FunctionalInterface
interface Work {
  void on(Connection connection) throws SQLException;

  /** Borrows a connection for it. */
  static void borrow(ConnectionProvider provider, Work work) throws SQLException {
    try (Connection connection = provider.get()) {
      work.on(connection);
    }
  }

  static Work sql(String... statements) {
    return connection -> {
      for (String statement : statements) {
        Sql.execute(connection, statement);
      }
    };
  }

  /** A statement that the server refuses. */
  static Work refused(String statement) {
    return connection ->
        assertThatThrownBy(() -> Sql.execute(connection, statement))
            .isInstanceOf(SQLException.class);
  }

  default Work andThen(Work next) {
    return connection -> {
      on(connection);
      next.on(connection);
    };
  }
}
