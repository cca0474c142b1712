package dev.thaw.examples.benchmarks.stand;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * An installed JDK.
 *
 * @param feature its major version, such as 17
 * @param version its full version and who made it
 * @param home the folder it is in
 */
public record Jdk(int feature, String version, Path home) {
  /** Returns the JDK that runs this. */
  public static Jdk running() {
    return at(Path.of(System.getProperty("java.home")));
  }

  /**
   * Returns the JDKs to measure with, by major version.
   *
   * @param setting their folders, separated by commas; if blank, the running one and, of those
   *     installed beside it, one of 17 and one of 25
   */
  public static List<Jdk> find(String setting) {
    TreeMap<Integer, Jdk> found = new TreeMap<>();
    for (Path home : setting.isBlank() ? installed() : paths(setting)) {
      Jdk jdk = at(home);
      boolean wanted = !setting.isBlank() || jdk.feature == 17 || jdk.feature == 25;
      if (wanted) {
        found.putIfAbsent(jdk.feature, jdk);
      }
    }
    return List.copyOf(found.values());
  }

  private static List<Path> paths(String setting) {
    return Stream.of(setting.split(",")).map(String::strip).map(Path::of).toList();
  }

  private static List<Path> installed() {
    Path running = Path.of(System.getProperty("java.home"));
    List<Path> homes = new ArrayList<>(List.of(running));
    Path parent = running.getParent();
    if (parent != null) {
      try (Stream<Path> siblings = Files.list(parent)) {
        siblings.filter(home -> Files.isRegularFile(home.resolve("release"))).forEach(homes::add);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot look for JDKs in " + parent, e);
      }
    }
    return homes;
  }

  private static Jdk at(Path home) {
    Properties release = new Properties();
    try {
      release.load(new StringReader(Files.readString(home.resolve("release"))));
    } catch (IOException e) {
      throw new UncheckedIOException(home + " is no JDK", e);
    }
    String version = unquoted(release, "JAVA_RUNTIME_VERSION", "JAVA_VERSION");
    return new Jdk(
        Runtime.Version.parse(unquoted(release, "JAVA_VERSION")).feature(),
        version + " " + unquoted(release, "IMPLEMENTOR"),
        home);
  }

  private static String unquoted(Properties release, String... names) {
    String value =
        Stream.of(names)
            .map(release::getProperty)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse("unknown");
    return value.replace("\"", "");
  }

  /** Returns the program {@code java}. */
  public Path java() {
    return home.resolve("bin").resolve("java");
  }

  /** Returns the authorities that it trusts. */
  public Path trustStore() {
    return home.resolve("lib").resolve("security").resolve("cacerts");
  }
}
