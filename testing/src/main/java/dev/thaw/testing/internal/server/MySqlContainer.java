package dev.thaw.testing.internal.server;

import static java.util.Objects.requireNonNull;

import dev.thaw.credentials.DatabaseCredentials;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.JdbcDatabaseContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.ImageNameSubstitutor;
import org.testcontainers.utility.MountableFile;
import org.testcontainers.utility.TestcontainersConfiguration;

/** All that touches Testcontainers, which may be absent. */
final class MySqlContainer {
  private static final int PORT = 3306;
  private static final String CERTIFICATES = "/etc/thaw";

  /** Readable by the user that mysqld runs as in the image. */
  private static final int READABLE = 0644;

  private MySqlContainer() {}

  /** Returns the name that Testcontainers makes of an image's name, a registry's prefix added. */
  static String resolve(String image) {
    return ImageNameSubstitutor.instance()
        .apply(DockerImageName.parse(image))
        .asCanonicalNameString();
  }

  static RunningServer start(String image, ServerOptions options) {
    // A container that is kept for the next run must get the same password and the same command
    // then, or Testcontainers takes it for another one.
    boolean reuse = TestcontainersConfiguration.getInstance().environmentSupportsReuse();
    String password = reuse ? "thaw-reused" : Passwords.random();
    ServerCertificate certificate = reuse ? null : certificate();
    @SuppressWarnings(
        "resource") // Closed by RunningServer.close(), or by Testcontainers at the end.
    JdbcDatabaseContainer<?> container =
        newContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("mysql"))
            .withUsername("root")
            .withPassword(password)
            .withCommand(command(options, reuse).toArray(new String[0]))
            .withReuse(reuse);
    if (certificate != null) {
      addCertificate(container, certificate);
    }
    try {
      container.start();
      Properties properties = new Properties();
      properties.setProperty("connectTimeout", "10000");
      return new RunningServer(
          ServerKind.DOCKER,
          new ServerAddress(container.getHost(), container.getMappedPort(PORT)),
          DatabaseCredentials.of("root", password),
          properties,
          certificate == null ? null : certificate.authority(),
          reuse ? () -> {} : container::stop);
    } catch (RuntimeException | SQLException e) {
      container.stop();
      throw new IllegalStateException("cannot start " + image + " in Docker: " + rootMessage(e), e);
    }
  }

  /** Its class is another one in Testcontainers 1.x than in 2.x. */
  private static JdbcDatabaseContainer<?> newContainer(DockerImageName image) {
    try {
      Class<?> type =
          requireNonNull(Testcontainers.containerClass(MySqlContainer.class.getClassLoader()));
      JdbcDatabaseContainer<?> container =
          (JdbcDatabaseContainer<?>) type.getConstructor(DockerImageName.class).newInstance(image);
      // That of 1.x would add a my.cnf of its own, so that the server is another than with 2.x.
      container.addParameter("TC_MY_CNF", null);
      return container;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a container of " + image + ": " + e, e);
    }
  }

  private static List<String> command(ServerOptions options, boolean reuse) {
    // Nothing of this data outlives the test: no flush to disk, no binary log (without which a
    // schema script may create triggers and functions, too).
    List<String> command =
        new ArrayList<>(
            List.of(
                "--skip-log-bin",
                "--innodb-flush-log-at-trx-commit=0",
                "--skip-name-resolve",
                "--loose-mysqlx=OFF"));
    if (!reuse) {
      command.add("--ssl-ca=" + CERTIFICATES + "/ca.pem");
      command.add("--ssl-cert=" + CERTIFICATES + "/cert.pem");
      command.add("--ssl-key=" + CERTIFICATES + "/key.pem");
    }
    command.addAll(options.arguments());
    return command;
  }

  private static ServerCertificate certificate() {
    String host = DockerClientFactory.instance().dockerHostIpAddress();
    return ServerCertificate.of(
        "mysql", Stream.of(host, "localhost", "127.0.0.1").distinct().toList());
  }

  private static void addCertificate(
      JdbcDatabaseContainer<?> container, ServerCertificate certificate) {
    Map.of(
            "ca.pem", certificate.authority(),
            "cert.pem", certificate.certificate(),
            "key.pem", certificate.key())
        .forEach(
            (name, file) ->
                container.withCopyFileToContainer(
                    MountableFile.forHostPath(file, READABLE), CERTIFICATES + "/" + name));
  }

  /** Testcontainers wraps what happened several times over in "Container startup failed". */
  private static String rootMessage(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).strip();
  }
}
