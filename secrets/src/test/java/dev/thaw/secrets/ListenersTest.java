package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.ConnectionListener;
import dev.thaw.ConnectionProvider;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code DB_METRICS} beside listeners of code. */
@DatabaseTest
class ListenersTest {
  @TempDir Path directory;

  /** Keeps what was connected to. */
  private static final class Connected implements ConnectionListener {
    final List<String> endpoints = new ArrayList<>();

    @Override
    public void connected(String pool, String endpoint, Duration took) {
      endpoints.add(endpoint);
    }
  }

  @Test
  @SuppressWarnings("SystemOut") // where the metrics go
  void each_hears_what_happens(TestSchema schema) throws SQLException {
    Map<String, String> variables = new HashMap<>(schema.environment());
    variables.put("DB_METRICS", "emf");
    Connected first = new Connected();
    Connected second = new Connected();
    PrintStream out = System.out;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
    try (ConnectionProvider provider =
            ConnectionProviders.fromEnvironment(
                "",
                Environment.of(variables, directory),
                builder -> builder.listener(first).listener(second));
        Connection connection = provider.get()) {
      assertThat(connection.isValid(1)).isTrue();
    } finally {
      System.setOut(out);
    }
    assertThat(first.endpoints).hasSize(1);
    assertThat(second.endpoints).hasSize(1);
    assertThat(written.toString(StandardCharsets.UTF_8)).contains("\"ConnectTime\"");
  }
}
