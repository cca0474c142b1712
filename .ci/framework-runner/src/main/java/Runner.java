import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.aws.FakeSecretsManager;
import dev.thaw.testing.aws.SecretRotation;
import dev.thaw.testing.TestSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program of {@code examples/frameworks} with a database whose login is in a fake Secrets
 * Manager. The program prints an answer, waits for a line while the password is rotated and its
 * connections are cut, prints the answer again, and ends. The exit code is 1 if it did anything
 * else.
 */
final class Runner {
  private static final String SECRET = "database";
  private static final String ANSWER = "answer: saw";

  private Runner() {}

  /**
   * Runs a program.
   *
   * @param command the program and its arguments
   */
  public static void main(String[] command) throws Exception {
    try (TestSchema schema = DatabaseServer.shared().createSchema();
        FakeSecretsManager secrets = FakeSecretsManager.start()) {
      fill(schema);
      secrets.createSecret(SECRET, schema.credentials());
      try (SecretRotation rotation =
          SecretRotation.singleUser(secrets, SECRET, DatabaseServer.shared())) {
        Process program = start(command, schema, secrets);
        try {
          converse(program, schema, rotation);
        } finally {
          program.destroyForcibly();
        }
      }
    }
  }

  private static void fill(TestSchema schema) throws SQLException {
    try (Connection connection = schema.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE asset (id BIGINT PRIMARY KEY, name VARCHAR(100))");
      statement.execute("INSERT INTO asset VALUES (1, 'saw')");
    }
  }

  private static Process start(String[] command, TestSchema schema, FakeSecretsManager secrets)
      throws IOException {
    Map<String, String> variables = new HashMap<>(schema.environment());
    variables.remove("DB_USER");
    variables.remove("DB_PASSWORD");
    variables.putAll(secrets.environment());
    variables.put("DB_SECRET_NAME", SECRET);
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(variables);
    return builder.start();
  }

  private static void converse(Process program, TestSchema schema, SecretRotation rotation)
      throws Exception {
    try (BufferedReader output = program.inputReader(StandardCharsets.UTF_8);
        OutputStream input = program.getOutputStream()) {
      expectAnswer(output);
      rotation.rotate();
      schema.killConnections(); // so that the program logs in again
      input.write('\n');
      input.flush();
      expectAnswer(output);
      output.lines().forEach(System.out::println);
    }
    if (!program.waitFor(1, TimeUnit.MINUTES) || program.exitValue() != 0) {
      throw new IllegalStateException("the program did not end well: " + program);
    }
  }

  private static void expectAnswer(BufferedReader output) throws IOException {
    String line;
    do {
      line = output.readLine();
      if (line == null) {
        throw new IllegalStateException("the program ended without \"" + ANSWER + "\"");
      }
      System.out.println(line);
    } while (!line.equals(ANSWER));
  }
}
