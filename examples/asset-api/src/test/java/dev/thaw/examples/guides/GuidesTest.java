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

  private static final Pattern CODE_BLOCK =
      Pattern.compile("(?ms)^```(?:java|kotlin)\\n(.*?)^```$");
  private static final Pattern REGION =
      Pattern.compile("(?ms)^// @start region=\"[^\"]+\"\\n(.*?)^// @end region=\"[^\"]+\"$");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  @Test
  void the_blocks_of_java_and_kotlin_are_regions_of_compiled_source() throws IOException {
    List<String> regions = matches(REGION, sources());
    assertThat(regions).hasSize(6);
    assertThat(matches(CODE_BLOCK, Files.readString(README)))
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
    return sources(Path.of("..", "spring-boot", "src", "main"))
        + sources(Path.of("..", "frameworks"));
  }

  private static String sources(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      StringBuilder text = new StringBuilder();
      for (Path file : files.filter(GuidesTest::isSource).toList()) {
        text.append(Files.readString(file));
      }
      return text.toString();
    }
  }

  private static boolean isSource(Path file) {
    return file.toString().endsWith(".java") || file.toString().endsWith(".kt");
  }
}
