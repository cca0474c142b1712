package dev.thaw.provider;

import static dev.thaw.provider.Work.refused;
import static dev.thaw.provider.Work.sql;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import java.sql.CallableStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a borrower leaves unfinished, no write of the next one is lost. */
@DatabaseTest
class ProviderWritesTest extends OneConnection {
  ProviderWritesTest(TestSchema schema) {
    super(schema);
  }

  @BeforeAll
  static void create(TestSchema schema) throws SQLException {
    Sql.execute(
        schema::connect,
        "CREATE TABLE notes (who VARCHAR(10))",
        "CREATE PROCEDURE begins() BEGIN START TRANSACTION;"
            + " INSERT INTO notes (who) VALUES ('first'); END",
        "CREATE PROCEDURE manual() SET autocommit = 0");
  }

  @BeforeEach
  void empty() throws SQLException {
    Sql.execute(schema::connect, "DELETE FROM notes");
  }

  private static Arguments left(String name, Work work, String committed) {
    return Arguments.of(name, work, committed);
  }

  static Stream<Arguments> unfinished() {
    String none = "";
    String first = "first";
    String insert = "INSERT INTO notes (who) VALUES ('first')";
    Work manual = connection -> connection.setAutoCommit(false);
    return Stream.of(
        left(insert, sql(insert), first),
        left("START TRANSACTION", sql("START TRANSACTION", insert), none),
        left("a comment in front", sql("/* a */ -- b\n start  transaction", insert), none),
        left("BEGIN alone", sql("BEGIN"), none),
        left("BEGIN WORK", sql("BEGIN WORK", insert), none),
        left("read only", sql("START TRANSACTION READ ONLY"), none),
        left("a snapshot", sql("START TRANSACTION WITH CONSISTENT SNAPSHOT", insert), none),
        left("autocommit = 0", sql("SET autocommit = 0", insert), none),
        left("autocommit = 0 alone", sql("SET autocommit = 0"), none),
        left("COMMIT AND CHAIN", sql("BEGIN", insert, "COMMIT AND CHAIN", insert), first),
        left("a procedure that begins", call("{call begins()}"), none),
        left("a procedure that sets", call("{call manual()}").andThen(sql(insert)), none),
        left("XA", sql("XA START 'a'", insert), none),
        left("XA END", sql("XA START 'a'", insert, "XA END 'a'"), none),
        left("one-shot READ ONLY", sql("SET TRANSACTION READ ONLY"), none),
        left("LOCK TABLES", sql("LOCK TABLES notes READ"), none),
        left(
            "a batch",
            connection -> {
              try (Statement statement = connection.createStatement()) {
                statement.addBatch("BEGIN");
                statement.addBatch(insert);
                statement.executeBatch();
              }
            },
            none),
        left(
            "a failure as the last statement",
            sql("BEGIN", insert).andThen(refused("SELECT * FROM nothing")),
            none),
        left(
            "a failure with autocommit off",
            manual.andThen(sql(insert)).andThen(refused("SELEKT")),
            none),
        left(
            "a savepoint",
            manual
                .andThen(sql(insert))
                .andThen(connection -> connection.rollback(connection.setSavepoint("here"))),
            none),
        left("COMMIT by SQL", manual.andThen(sql(insert, "COMMIT")), first),
        left(
            "autocommit switched on again",
            manual.andThen(sql(insert)).andThen(connection -> connection.setAutoCommit(true)),
            first));
  }

  private static Work call(String statement) {
    return connection -> {
      try (CallableStatement call = connection.prepareCall(statement)) {
        call.execute();
      }
    };
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unfinished")
  void no_write_of_the_next_borrower_is_lost(String name, Work work, String first)
      throws SQLException {
    borrow(work);
    borrow(
        connection -> {
          assertThat(connection.getAutoCommit()).isTrue();
          Sql.execute(connection, "INSERT INTO notes (who) VALUES ('second')");
          assertThat(rows()).isEqualTo((first + " second").trim());
        });
    assertThat(rows()).isEqualTo((first + " second").trim());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unfinished")
  void a_transaction_of_the_next_borrower_is_one(String name, Work work, String first)
      throws SQLException {
    borrow(work);
    borrow(
        connection -> {
          connection.setAutoCommit(false);
          assertThat(Sql.string(connection, "SELECT @@autocommit")).isEqualTo("0");
          Sql.execute(connection, "INSERT INTO notes (who) VALUES ('committed')");
          connection.commit();
          Sql.execute(connection, "INSERT INTO notes (who) VALUES ('gone')");
          connection.rollback();
        });
    assertThat(rows()).isEqualTo(("committed " + first).trim());
    borrow(connection -> assertThat(Sql.string(connection, "SELECT @@autocommit")).isEqualTo("1"));
  }
}
