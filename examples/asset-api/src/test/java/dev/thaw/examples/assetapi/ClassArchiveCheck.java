package dev.thaw.examples.assetapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonParser;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.lambda.Invocation;
import dev.thaw.testing.lambda.LambdaFunction;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the guide "AOT cache and AppCDS archive" says, done with the jars of the zip on the JDK that
 * builds. Runs after the zip has been built, so not among the tests.
 */
@DatabaseTest(schema = "schema.sql")
class ClassArchiveCheck {
  private static final Path ZIP = Path.of("target", "asset-api.zip");
  private static final boolean AOT = Runtime.version().feature() >= 25;
  // As LambdaFunction starts the runtime. An AOT cache made without the last one is refused.
  private static final List<String> LAMBDA =
      AOT
          ? List.of(
              "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED")
          : List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  @TempDir private Path directory;

  @Test
  void a_function_takes_its_classes_from_the_archive_of_a_training_run(TestSchema schema)
      throws Exception {
    List<Path> jars = unpackedJars();
    Path archive = directory.resolve("asset-api.archive");
    Path log = directory.resolve("classes.log");

    List<String> training = new ArrayList<>(trainingOptions(archive));
    training.addAll(LAMBDA);
    training.addAll(List.of("-cp", classPath(jars), TrainingRun.class.getName()));
    Run trained = run(training, schema.environment());
    assertThat(trained.output()).contains("{\\\"success\\\":true,\\\"data\\\":[]}");
    assertThat(trained.exitCode()).isZero();

    List<String> options = new ArrayList<>(strictOptions(archive));
    options.add("-Xlog:class+load:file=" + log);
    try (LambdaFunction function =
        LambdaFunction.builder(ListAssets.class.getName())
            .classPath(jars)
            .jvmArguments(options.toArray(String[]::new))
            .timeout(Duration.ofSeconds(30))
            .environment(schema.environment())
            .start()) {
      Invocation cold = function.invoke(Event.list().toString());
      Answer answer = new Answer(JsonParser.object().from(cold.response()));
      assertThat(answer.status()).isEqualTo(200);
    }

    String loaded = Files.readString(log);
    for (String type :
        List.of(
            ListAssets.class.getName(),
            "dev.thaw.PooledConnectionProvider",
            "dev.thaw.secrets.ConnectionProviders",
            "com.mysql.cj.jdbc.ConnectionImpl",
            "com.zaxxer.hikari.util.ConcurrentBag")) {
      assertThat(loaded).contains(" " + type + " source: shared objects file");
    }
  }

  /** Otherwise the test above could pass without an archive. */
  @Test
  void the_strict_mode_ends_a_jvm_whose_archive_cannot_be_used() throws Exception {
    Path archive = Files.writeString(directory.resolve("asset-api.archive"), "not an archive");
    List<String> command = new ArrayList<>(strictOptions(archive));
    command.addAll(List.of("-cp", classPath(unpackedJars()), TrainingRun.class.getName()));
    Run run = run(command, Map.of());
    assertThat(run.output()).contains("Error occurred during initialization of VM");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  private static List<String> trainingOptions(Path archive) {
    return List.of((AOT ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + archive);
  }

  private static List<String> strictOptions(Path archive) {
    return AOT
        ? List.of("-XX:AOTCache=" + archive, "-XX:AOTMode=on")
        : List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:on");
  }

  private List<Path> unpackedJars() throws IOException {
    Path task = directory.resolve("task");
    List<Path> jars = new ArrayList<>();
    try (ZipFile zip = new ZipFile(ZIP.toFile())) {
      for (ZipEntry entry : zip.stream().filter(entry -> !entry.isDirectory()).toList()) {
        Path file = task.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        try (InputStream content = zip.getInputStream(entry)) {
          Files.copy(content, file);
        }
        jars.add(file);
      }
    }
    return jars.stream().sorted().toList();
  }

  private static String classPath(List<Path> jars) {
    return jars.stream().map(Path::toString).collect(joining(File.pathSeparator));
  }

  private Run run(List<String> arguments, Map<String, String> variables)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("DB_"));
    builder.environment().putAll(variables);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Run(process.waitFor(), output);
  }

  private record Run(int exitCode, String output) {}
}
