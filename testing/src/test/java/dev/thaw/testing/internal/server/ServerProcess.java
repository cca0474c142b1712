package dev.thaw.testing.internal.server;

import dev.thaw.testing.DatabaseServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JVM of its own that starts the shared server, says where it is, and waits to be ended. */
final class ServerProcess implements AutoCloseable {
  private final Process process;
  private final Map<String, String> answers = new HashMap<>();

  private ServerProcess(Process process) {
    this.process = process;
  }

  /** What the child JVM runs. */
  public static void main(String[] arguments) throws Exception {
    DatabaseServer server = DatabaseServer.shared();
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT @@datadir")) {
      row.next();
      say("port=" + server.port());
      say("data=" + row.getString(1));
      say("ready=true");
    }
    int end = System.in.read();
    say("end=" + end);
  }

  @SuppressWarnings("SystemOut") // The parent reads it.
  private static void say(String line) {
    System.out.println(line);
  }

  /** Starts a child JVM with these system properties, given as name and value in turn. */
  static ServerProcess start(String... properties) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    for (int i = 0; i < properties.length; i += 2) {
      command.add("-D" + properties[i] + "=" + properties[i + 1]);
    }
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), ServerProcess.class.getName()));
    return new ServerProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  /** Waits until the server runs; returns all that the child has written until then. */
  String awaitReady() throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    StringBuilder log = new StringBuilder();
    while (!answers.containsKey("ready")) {
      @Nullable String line = reader.readLine();
      if (line == null) {
        throw new AssertionError("the child JVM has ended: " + log);
      }
      log.append(line).append('\n');
      int equals = line.indexOf('=');
      if (equals > 0 && equals < 6) {
        answers.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return log.toString();
  }

  int port() {
    return Integer.parseInt(answers.get("port"));
  }

  /** Returns the server's data directory. */
  Path data() {
    return Path.of(answers.get("data"));
  }

  /** Lets the child JVM end as a program does. */
  void end() throws IOException, InterruptedException {
    process.getOutputStream().close();
    process.waitFor();
  }

  /** Ends the child JVM with SIGKILL, so that no hook runs. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
