package dev.thaw.examples.connectioncheck;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.secrets.ConnectionProviders;
import dev.thaw.secrets.EnvironmentCredentialsSource;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.TestSchema;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * The database to check.
 *
 * @param name what it is
 * @param credentials who logs in, and where
 * @param provider a provider that has not connected yet
 * @param end ends what was started for it
 */
record Target(
    String name, DatabaseCredentials credentials, ConnectionProvider provider, Runnable end)
    implements AutoCloseable {

  /** Returns the database that the {@code DB_*} variables describe, else an embedded one. */
  static Target choose(PrintStream out) throws IOException, SQLException {
    if (isDescribed()) {
      return described();
    }
    out.println("No DB_* variable is set: starting an embedded database");
    return embedded();
  }

  private static boolean isDescribed() throws IOException {
    Path file = Path.of(".env");
    if (System.getenv().keySet().stream().anyMatch(name -> name.startsWith("DB_"))) {
      return true;
    }
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines.anyMatch(line -> !line.strip().startsWith("#") && line.contains("DB_"));
    }
  }

  private static Target described() throws SQLException {
    ConnectionProvider provider = ConnectionProviders.fromEnvironment();
    try (EnvironmentCredentialsSource source = EnvironmentCredentialsSource.of()) {
      DatabaseCredentials credentials = source.credentials(Deadline.after(Duration.ofSeconds(30)));
      return new Target("the database that DB_* describes", credentials, provider, provider::close);
    }
  }

  private static Target embedded() throws SQLException {
    DatabaseServer server = DatabaseServer.builder().kind(DatabaseServer.Kind.EMBEDDED).start();
    // The schema ends with its server.
    @SuppressWarnings("resource")
    TestSchema schema = server.createSchema();
    try (Connection connection = schema.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE assets (id INT PRIMARY KEY, name VARCHAR(100) NOT NULL)");
      statement.execute("INSERT INTO assets VALUES (1, 'saw'), (2, 'drill')");
    }
    return new Target(
        "an embedded " + server.version(),
        schema.credentials(),
        schema.provider().build(),
        server::close);
  }

  /** Prints who logs in, and where, with the password as {@code ***}. */
  void describe(PrintStream out) {
    out.println("Checking " + name);
    line(out, "host", credentials.host().orElse(""));
    line(out, "port", String.valueOf(credentials.port().orElse(3306)));
    line(out, "database", credentials.database().orElse(""));
    line(out, "user", credentials.username());
    line(out, "password", "***");
  }

  private static void line(PrintStream out, String setting, String value) {
    out.printf("  %-9s %s%n", setting, value);
  }

  @Override
  public void close() {
    end.run();
  }
}
