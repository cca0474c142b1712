package dev.thaw.examples.assetapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What is in the zip that Lambda gets. Runs after it has been built, so not among the tests. */
class DeploymentPackageCheck {
  private static final Path ZIP = Path.of("target", "asset-api.zip");
  private static final Pattern JAR = Pattern.compile("lib/(.+?)-[0-9][^/]*\\.jar");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\| ([0-9.]+) \\|");
  private static final Pattern TOTAL = Pattern.compile("(?m)^\\| all of it \\| ([0-9.]+) \\|");
  // The table rounds to a tenth; what is smaller may grow a little before it must say so.
  private static final double TENTH = 0.1;

  @Test
  void readme_lists_each_part_of_a_tenth_of_a_megabyte_or_more() throws IOException {
    Map<String, Double> listed = listed();
    Map<String, Double> parts = parts();
    assertThat(listed).isNotEmpty();
    parts.forEach(
        (part, size) -> {
          if (size >= TENTH) {
            assertThat(listed).as("%s has %.2f MB", part, size).containsKey(part);
          }
        });
    listed.forEach(
        (part, size) -> {
          assertThat(parts).containsKey(part);
          assertThat(parts.get(part)).as(part).isCloseTo(size, within(TENTH));
        });
    Matcher total = TOTAL.matcher(readme());
    assertThat(total.find()).isTrue();
    assertThat(Files.size(ZIP) / 1e6).isCloseTo(Double.parseDouble(total.group(1)), within(TENTH));
  }

  @Test
  void it_holds_jars_where_lambda_looks_for_them_and_no_more() throws IOException {
    List<String> others = new ArrayList<>();
    try (ZipFile zip = new ZipFile(ZIP.toFile())) {
      zip.stream()
          .map(ZipEntry::getName)
          .filter(name -> !name.equals("lib/") && !JAR.matcher(name).matches())
          .forEach(others::add);
    }
    assertThat(others).isEmpty();
    assertThat(parts())
        .containsKeys("thaw-example-asset-api", "thaw-core", "thaw-secrets", "crac", "slf4j-simple")
        .doesNotContainKeys("thaw-testing", "junit-jupiter-api", "jdbi3-core");
  }

  /** Returns the size of each jar in the zip by its name without version, in megabytes. */
  private static Map<String, Double> parts() throws IOException {
    Map<String, Double> parts = new TreeMap<>();
    try (ZipFile zip = new ZipFile(ZIP.toFile())) {
      zip.stream()
          .forEach(
              entry -> {
                Matcher jar = JAR.matcher(entry.getName());
                if (jar.matches()) {
                  parts.put(jar.group(1), entry.getCompressedSize() / 1e6);
                }
              });
    }
    return parts;
  }

  private static Map<String, Double> listed() throws IOException {
    Map<String, Double> listed = new TreeMap<>();
    String readme = readme();
    Matcher row = ROW.matcher(readme.substring(0, readme.indexOf("| all of it |")));
    while (row.find()) {
      listed.put(row.group(1), Double.valueOf(row.group(2)));
    }
    return listed;
  }

  private static String readme() throws IOException {
    return Files.readString(Path.of("README.md"));
  }
}
