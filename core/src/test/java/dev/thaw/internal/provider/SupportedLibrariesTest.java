package dev.thaw.internal.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mysql.cj.conf.DatabaseUrlContainer;
import com.mysql.cj.conf.HostInfo;
import com.zaxxer.hikari.util.ConcurrentBag;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLNonTransientConnectionException;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which versions of its libraries a provider refuses, in class loaders with jars that say theirs.
 */
class SupportedLibrariesTest {
  @TempDir private Path folder;

  private Path jar(String name, Map<Attributes.Name, String> says, Class<?>... content)
      throws Exception {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    says.forEach(manifest.getMainAttributes()::put);
    Path jar = folder.resolve(name);
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      for (Class<?> type : content) {
        String entry = type.getName().replace('.', '/') + ".class";
        out.putNextEntry(new ZipEntry(entry));
        try (InputStream in = type.getResourceAsStream("/" + entry)) {
          assertThat(in).isNotNull();
          in.transferTo(out);
        }
      }
    }
    return jar;
  }

  private Path hikari(String name) throws Exception {
    // As HikariCP's own, whose manifest has a version for OSGi only.
    return jar(name, Map.of(), ConcurrentBag.class);
  }

  private Path driver(String title, String version) throws Exception {
    return jar(
        "driver.jar",
        Map.of(
            Attributes.Name.IMPLEMENTATION_TITLE,
            title,
            Attributes.Name.IMPLEMENTATION_VERSION,
            version),
        HostInfo.class,
        DatabaseUrlContainer.class);
  }

  private Path driver(String version) throws Exception {
    return driver("MySQL Connector/J", version);
  }

  private static void require(Path... jars) throws Exception {
    URL[] urls = new URL[jars.length];
    for (int i = 0; i < jars.length; i++) {
      urls[i] = jars[i].toUri().toURL();
    }
    // No parent: the platform's loader knows the packages of this JVM's modules, HikariCP's too.
    try (URLClassLoader loader = new URLClassLoader(urls, null)) {
      SupportedLibraries.require(loader);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"5.1.0", "6.3.2", "6.0.0-beta"})
  void an_older_hikaricp_is_refused_with_what_to_set(String version) throws Exception {
    Path old = hikari("HikariCP-" + version + ".jar");

    assertThatThrownBy(() -> require(old, driver("26.10.0")))
        .isInstanceOf(SQLNonTransientConnectionException.class)
        .hasMessage(
            "com.zaxxer:HikariCP is of version "
                + version
                + ", and Thaw needs 6.3.3 or later: set its version in your build; where Spring"
                + " Boot manages it, by the property hikaricp.version");
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.3.0", "8.0.33", "5.1.49"})
  void an_older_driver_is_refused_with_what_to_set(String version) throws Exception {
    Path current = hikari("HikariCP-7.1.0.jar");

    assertThatThrownBy(() -> require(current, driver(version)))
        .isInstanceOf(SQLNonTransientConnectionException.class)
        .hasMessageStartingWith(
            "com.mysql:mysql-connector-j is of version " + version + ", and Thaw needs 8.4.0")
        .hasMessageEndingWith("by the property mysql.version");
  }

  @ParameterizedTest
  @CsvSource({"6.3.3, 8.4.0", "7.0.2, 9.7.0", "7.1.0, 26.10.0", "6.10.0, 8.10.0", "own, unknown"})
  void those_of_the_range_and_newer_ones_are_taken(String hikari, String driver) throws Exception {
    require(hikari("HikariCP-" + hikari + ".jar"), driver(driver));
  }

  @Test
  void one_jar_that_holds_all_libraries_is_not_judged_by_its_own_version() throws Exception {
    require(hikari("app-1.0.jar"), driver("Orders", "1.0.0"));
  }

  @Test
  void what_is_missing_is_not_judged() {
    assertThatCode(() -> require()).doesNotThrowAnyException();
  }

  @Test
  void those_that_come_with_this_are_taken() {
    assertThatCode(SupportedLibraries::require).doesNotThrowAnyException();
  }
}
