package dev.thaw.examples.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  // Surefire runs in the module's folder.
  private static final Path TOP = Path.of("..", "..");

  private static final Pattern JAVA_BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
  private static final Pattern REGION =
      Pattern.compile("(?ms)^// @start region=\"[^\"]+\"\\n(.*?)^// @end region=\"[^\"]+\"$");
  private static final Pattern VARIABLE = Pattern.compile("\"(THAW_TEST_[A-Z_]+)\"");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  @Test
  void its_java_blocks_are_regions_of_compiled_source() throws IOException {
    Path tests = Path.of("src", "test", "java");
    String sources =
        javaSources(tests)
            + javaSources(TOP.resolve("examples").resolve("spring-boot").resolve(tests));
    List<String> regions = matches(REGION, sources);
    assertThat(regions).isNotEmpty();
    String recipes = Files.readString(TOP.resolve("testing").resolve("README.md"));
    assertThat(matches(JAVA_BLOCK, readme() + recipes))
        .containsExactlyInAnyOrderElementsOf(regions);
  }

  @Test
  void its_table_has_every_variable_of_tests() throws IOException {
    String rows =
        readme().lines().filter(line -> line.startsWith("| tests: ")).collect(Collectors.joining());
    assertThat(matches(CODE, rows))
        .filteredOn(name -> name.startsWith("THAW_"))
        .containsExactlyInAnyOrderElementsOf(
            Set.copyOf(
                matches(
                    VARIABLE,
                    javaSources(TOP.resolve(Path.of("testing", "src", "main", "java"))))));
  }

  private static List<String> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1)).toList();
  }

  private static String readme() throws IOException {
    return Files.readString(TOP.resolve("README.md"));
  }

  private static String javaSources(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      StringBuilder text = new StringBuilder();
      for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
        text.append(Files.readString(file));
      }
      return text.toString();
    }
  }
}
