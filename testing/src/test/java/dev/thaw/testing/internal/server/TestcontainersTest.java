package dev.thaw.testing.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.DockerClientFactory;

/** Which versions of Testcontainers are taken; .ci/matrix runs with them. */
class TestcontainersTest {
  @TempDir private Path folder;

  /** A class loader without the classes of a package. */
  private static ClassLoader without(String prefix) {
    return new ClassLoader(TestcontainersTest.class.getClassLoader()) {
      @Override
      protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.startsWith(prefix)) {
          throw new ClassNotFoundException(name);
        }
        return super.loadClass(name, resolve);
      }
    };
  }

  /** A class loader whose Testcontainers says that it is of a version. */
  private URLClassLoader ofVersion(String version) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
    String name = DockerClientFactory.class.getName();
    String entry = name.replace('.', '/') + ".class";
    Path jar = folder.resolve("testcontainers.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest);
        InputStream in = DockerClientFactory.class.getResourceAsStream("/" + entry)) {
      out.putNextEntry(new ZipEntry(entry));
      assertThat(in).isNotNull();
      in.transferTo(out);
    }
    return new URLClassLoader(
        new URL[] {jar.toUri().toURL()}, TestcontainersTest.class.getClassLoader()) {
      @Override
      protected Class<?> loadClass(String wanted, boolean resolve) throws ClassNotFoundException {
        return wanted.equals(name) ? findClass(wanted) : super.loadClass(wanted, resolve);
      }
    };
  }

  @Test
  void the_class_of_1_x_does_where_there_is_none_of_2_x() {
    ClassLoader loader = without("org.testcontainers.mysql.");

    assertThat(Testcontainers.obstacle(loader)).isEmpty();
    assertThat(Testcontainers.containerClass(loader))
        .hasToString("class org.testcontainers.containers.MySQLContainer");
  }

  @Test
  void without_it_the_obstacle_shows_the_dependency() {
    assertThat(Testcontainers.obstacle(without("org.testcontainers.")))
        .hasValueSatisfying(
            obstacle -> {
              assertThat(obstacle.reason()).contains("MySQL module is not on the class path");
              assertThat(obstacle.cure()).contains("<artifactId>testcontainers-mysql</artifactId>");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.20.6", "1.19.8", "1.9"})
  void an_older_one_is_an_obstacle_that_says_what_to_set(String version) throws Exception {
    try (URLClassLoader loader = ofVersion(version)) {
      assertThat(Testcontainers.obstacle(loader))
          .hasValueSatisfying(
              obstacle -> {
                assertThat(obstacle.reason())
                    .isEqualTo(
                        "Testcontainers " + version + " is on the class path and 1.21 is needed");
                assertThat(obstacle.cure()).contains("1.21 or later", "testcontainers.version");
              });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.21.0", "1.21.4", "2.0.5", "own build"})
  void newer_ones_and_those_that_cannot_be_judged_are_taken(String version) throws Exception {
    try (URLClassLoader loader = ofVersion(version)) {
      assertThat(Testcontainers.obstacle(loader)).isEmpty();
    }
  }
}
