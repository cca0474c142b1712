package dev.thaw.testing.internal.server;

import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.lambda.EnvironmentProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;

/** A JVM of its own that starts the shared server, says where it is, and waits to be ended. */
final class ServerProcess implements AutoCloseable {
  private static final String ANSWER = "answer: ";
  private static final Duration TIMEOUT = Duration.ofSeconds(100);

  private final EnvironmentProcess process;
  private int port;
  private Path data = Path.of("");

  private ServerProcess(EnvironmentProcess process) {
    this.process = process;
  }

  /** What the child JVM runs. */
  @SuppressWarnings("SystemOut") // The parent reads it.
  public static void main(String[] arguments) throws Exception {
    DatabaseServer server = DatabaseServer.shared();
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT @@datadir")) {
      row.next();
      System.out.println(ANSWER + server.port() + " " + row.getString(1));
    }
    int end = System.in.read();
    System.out.println(end);
  }

  /** Starts a child JVM with these system properties, given as name and value in turn. */
  static ServerProcess start(String... properties) {
    EnvironmentProcess.Builder builder =
        EnvironmentProcess.builder(ServerProcess.class)
            .jvmArguments("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
            .jvmArguments("-Dorg.slf4j.simpleLogger.logFile=System.out");
    for (int i = 0; i < properties.length; i += 2) {
      builder.jvmArguments("-D" + properties[i] + "=" + properties[i + 1]);
    }
    return new ServerProcess(builder.start());
  }

  /** Waits until the server runs; returns the log until then. */
  String awaitReady() throws InterruptedException {
    StringBuilder log = new StringBuilder();
    String line = process.receive(TIMEOUT);
    while (!line.startsWith(ANSWER)) {
      log.append(line).append('\n');
      line = process.receive(TIMEOUT);
    }
    String[] answer = line.substring(ANSWER.length()).split(" ", 2);
    port = Integer.parseInt(answer[0]);
    data = Path.of(answer[1]);
    return log.toString();
  }

  int port() {
    return port;
  }

  /** Returns the server's data directory. */
  Path data() {
    return data;
  }

  /** Lets the child JVM end as a program does. */
  void end() throws InterruptedException {
    process.send("end");
    process.awaitEnd(TIMEOUT).orElseThrow();
  }

  /** Ends the child JVM with SIGKILL, so that no hook runs. */
  void kill() {
    process.close();
  }

  @Override
  public void close() {
    kill();
  }
}
