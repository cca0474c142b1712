package dev.thaw.examples.guides;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GuidesTest {
  // Surefire runs in the module's folder.
  private static final Path README = Path.of("..", "README.md");
  private static final Path SOURCES = Path.of("src", "test", "java", "dev", "thaw", "examples");

  private static final Pattern JAVA_BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
  private static final Pattern REGION =
      Pattern.compile("(?ms)^// @start region=\"[^\"]+\"\\n(.*?)^// @end region=\"[^\"]+\"$");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  @Test
  void the_java_blocks_are_regions_of_compiled_source() throws IOException {
    List<String> regions = matches(REGION, sources());
    assertThat(regions).hasSize(4);
    assertThat(matches(JAVA_BLOCK, Files.readString(README)))
        .containsExactlyInAnyOrderElementsOf(regions);
  }

  @Test
  void the_java_in_the_table_from_typescript_is_in_compiled_source() throws IOException {
    String compiled = Files.readString(SOURCES.resolve("guides/FromTypeScript.java"));
    List<String> calls =
        Files.readString(README)
            .lines()
            .dropWhile(line -> !line.startsWith("| in the helper |"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .map(line -> line.split("\\|", -1)[2])
            .flatMap(cell -> matches(CODE, cell).stream())
            .filter(code -> code.contains("("))
            .toList();
    assertThat(calls).hasSizeGreaterThan(7);
    assertThat(calls).allSatisfy(call -> assertThat(compiled).contains(call));
  }

  private static List<String> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1)).toList();
  }

  private static String sources() throws IOException {
    return sources(SOURCES.resolve("guides"))
        + sources(Path.of("..", "spring-boot", "src", "main"));
  }

  private static String sources(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      StringBuilder text = new StringBuilder();
      for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
        text.append(Files.readString(file));
      }
      return text.toString();
    }
  }
}
