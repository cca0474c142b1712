package dev.thaw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.fixture.ScriptedServer;
import dev.thaw.fixture.Sql;
import dev.thaw.internal.util.Causes;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A deadline that is made from a supplier of the application, which fails. */
@Timeout(60)
class DeadlineSupplierTest {
  /** How often the supplier answers before it fails, at most: more than a get and a use ask. */
  private static final int CALLS = 40;

  private static final String NONE = "none";

  private final AtomicInteger asked = new AtomicInteger();
  @AutoClose private ScriptedServer server;

  @BeforeEach
  void start() throws IOException {
    server = ScriptedServer.start();
  }

  private PooledConnectionProvider provider() {
    return server.provider().maxSize(1).build();
  }

  private Deadline failingAfter(int answers, Runnable failure) {
    asked.set(0);
    IntSupplier supplier =
        () -> {
          if (asked.getAndIncrement() > answers) {
            failure.run();
          }
          return 10_000;
        };
    return Deadline.of(supplier);
  }

  private static void fail() {
    throw new UnsupportedOperationException("no context here");
  }

  private static void failBadly() {
    throw new LinkageError("no class here");
  }

  private static void use(ConnectionProvider provider, Deadline deadline) throws SQLException {
    Sql.execute(() -> provider.get(deadline), "SELECT 1");
  }

  private static void assertUsable(PooledConnectionProvider provider) throws SQLException {
    try (Connection connection = provider.get()) {
      assertThat(connection.isValid(5)).isTrue();
    }
    assertThat(provider.stats().active()).isZero();
  }

  @Test
  void is_told_of_as_an_exception_of_JDBC_wherever_it_was_asked_and_costs_no_room()
      throws SQLException {
    for (int answers = 0; answers < CALLS; answers++) {
      Deadline deadline = failingAfter(answers, DeadlineSupplierTest::fail);
      try (PooledConnectionProvider provider = provider()) {
        try {
          use(provider, deadline);
        } catch (SQLException e) {
          assertThat(e.getMessage())
              .contains("The supplier of the deadline's remaining time failed")
              .contains("UnsupportedOperationException: no context here");
        }
        assertUsable(provider);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("failures")
  void that_fails_once_gives_no_statement_the_answer_of_another(Runnable failure)
      throws SQLException {
    List<String> letters = List.of("a", "b", "c", "d");
    for (String letter : letters) {
      server.on("SELECT '" + letter, session -> session.row(List.of("letter"), List.of(letter)));
    }
    for (int answers = 0; answers < CALLS; answers++) {
      try (PooledConnectionProvider provider = provider()) {
        assertUsable(provider);
        try (Connection connection = provider.get(failingOnceAfter(answers, failure))) {
          for (String letter : letters) {
            assertThat(answer(connection, letter)).isIn(letter, NONE);
          }
        } catch (SQLException | LinkageError e) {
          assertThat(e).hasStackTraceContaining("no c");
        }
        assertUsable(provider);
      }
    }
  }

  static List<Runnable> failures() {
    return List.of(DeadlineSupplierTest::fail, DeadlineSupplierTest::failBadly);
  }

  private Deadline failingOnceAfter(int answers, Runnable failure) {
    asked.set(0);
    IntSupplier supplier =
        () -> {
          if (asked.getAndIncrement() == answers + 1) {
            failure.run();
          }
          return 10_000;
        };
    return Deadline.of(supplier);
  }

  private static String answer(Connection connection, String letter) {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT '" + letter + "'")) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    } catch (SQLException | LinkageError e) {
      return NONE;
    }
  }

  @Test
  @SuppressWarnings("try") // The scope is closed before the provider is used again.
  void holds_for_a_deadline_in_force_too() throws SQLException {
    try (PooledConnectionProvider provider = provider();
        Deadline.Scope scope = failingAfter(0, DeadlineSupplierTest::fail).enter()) {
      assertThatThrownBy(provider::get)
          .isInstanceOf(SQLException.class)
          .hasMessageStartingWith("thaw - The supplier of the deadline's");
      scope.close();
      assertUsable(provider);
    }
  }

  @Test
  void an_error_stays_one_and_costs_no_room_and_nobody_an_answer_of_another() throws SQLException {
    for (int answers = 0; answers < CALLS; answers++) {
      Deadline deadline = failingAfter(answers, DeadlineSupplierTest::failBadly);
      try (PooledConnectionProvider provider = provider()) {
        try {
          use(provider, deadline);
        } catch (LinkageError e) {
          assertThat(e).hasMessage("no class here");
        } catch (SQLException e) {
          // The driver has made it one.
          assertThat(Causes.include(e, LinkageError.class)).isTrue();
        }
        assertUsable(provider);
      }
    }
  }
}
