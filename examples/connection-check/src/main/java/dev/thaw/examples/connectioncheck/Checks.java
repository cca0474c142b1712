package dev.thaw.examples.connectioncheck;

import dev.thaw.ConnectionProvider;
import dev.thaw.HealthReport;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;

/** The five checks, and the closing after them. */
final class Checks {
  private static final int COUNT = 5;

  private final ConnectionProvider provider;
  private final PrintStream out;
  private long connectionId;
  private int passed;

  Checks(ConnectionProvider provider, PrintStream out) {
    this.provider = provider;
    this.out = out;
  }

  /** Runs the checks until one fails, closes the provider, and returns whether all passed. */
  boolean run() {
    boolean success =
        check("connect", this::connect)
            && check("status", this::status)
            && check("check", this::health)
            && check("query", this::query)
            && check("reuse", this::reuse);
    provider.close();
    if (success) {
      out.println("All " + COUNT + " checks passed");
    } else {
      out.println(passed + " of " + COUNT + " checks passed");
    }
    return success;
  }

  private boolean check(String name, Check check) {
    long start = System.nanoTime();
    String label = (passed + 1) + " " + name;
    try {
      String found = check.run();
      print(label, found, start);
      passed++;
      return true;
    } catch (CheckFailedException e) {
      print(label, "FAILED: " + e.getMessage(), start);
      out.println("Look at: " + e.advice());
      return false;
    } catch (SQLException e) {
      print(label, "FAILED: " + e.getMessage(), start);
      printCause(e);
      out.println("Look at: " + Advice.on(e));
      return false;
    }
  }

  /** Prints the server's own words; of a broken connection the message has said all. */
  private void printCause(SQLException failure) {
    if (failure.getCause() instanceof SQLException cause
        && cause.getSQLState() != null
        && !cause.getSQLState().startsWith("08")) {
      out.println("Cause: " + cause.getMessage());
    }
  }

  private void print(String label, String found, long start) {
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    out.printf("%-10s %6d ms  %s%n", label, millis, found);
  }

  private String connect() throws SQLException {
    try (Connection connection = provider.get()) {
      connectionId = number(connection, "SELECT CONNECTION_ID()");
      return connection.getMetaData().getDatabaseProductVersion()
          + ", server connection "
          + connectionId;
    }
  }

  private String status() throws CheckFailedException {
    if (!provider.isActive()) {
      throw new CheckFailedException(
          "the provider is not active after a connect", "a fault in Thaw; please report it");
    }
    return "active";
  }

  private String health() throws CheckFailedException {
    HealthReport report = provider.check();
    if (!report.success()) {
      throw new CheckFailedException(
          report.message(), report.failureKind().map(Advice::on).orElse("the message above"));
    }
    return report.message();
  }

  private String query() throws SQLException {
    try (Connection connection = provider.get()) {
      return number(connection, "SELECT COUNT(*) FROM assets") + " assets";
    }
  }

  private String reuse() throws SQLException, CheckFailedException {
    try (Connection connection = provider.get()) {
      long id = number(connection, "SELECT CONNECTION_ID()");
      if (id != connectionId) {
        throw new CheckFailedException(
            "server connection " + id + ", the first was " + connectionId,
            "what closes connections between server and client: wait_timeout, a proxy, the network");
      }
      return "server connection " + id + " again";
    }
  }

  private static long number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private interface Check {
    String run() throws SQLException, CheckFailedException;
  }
}
