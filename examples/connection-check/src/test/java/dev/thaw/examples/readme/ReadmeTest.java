package dev.thaw.examples.readme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.PooledConnectionProvider;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
  private static final Pattern VARIABLE = Pattern.compile("\"((?:DB|THAW_TEST)_[A-Z_]+)\"");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  @Test
  void its_java_blocks_are_regions_of_compiled_source() throws IOException {
    List<String> regions = matches(REGION, javaSources(Path.of("src", "test", "java")));
    assertThat(regions).isNotEmpty();
    String recipes = Files.readString(TOP.resolve("testing").resolve("README.md"));
    assertThat(matches(JAVA_BLOCK, readme() + recipes))
        .containsExactlyInAnyOrderElementsOf(regions);
  }

  @Test
  void its_table_has_every_setting_of_the_builder() throws IOException {
    List<String> settings =
        Arrays.stream(PooledConnectionProvider.Builder.class.getMethods())
            .filter(method -> method.getReturnType() == PooledConnectionProvider.Builder.class)
            .filter(method -> !Modifier.isStatic(method.getModifiers()))
            .map(Method::getName)
            .distinct()
            .toList();
    List<String> named = codeInColumn(1);
    assertThat(named).containsAll(settings);
    // The others belong to the sources of credentials, and to the listeners.
    String sources =
        javaSources(TOP.resolve(Path.of("secrets", "src", "main", "java")))
            + javaSources(TOP.resolve(Path.of("core", "src", "main", "java")));
    assertThat(named)
        .allSatisfy(
            name -> assertThat(settings.contains(name) || declares(sources, name)).isTrue());
  }

  @Test
  void its_table_has_every_variable_that_is_read() throws IOException {
    String sources =
        javaSources(TOP.resolve(Path.of("secrets", "src", "main", "java")))
            + javaSources(TOP.resolve(Path.of("testing", "src", "main", "java")));
    List<String> variables = matches(VARIABLE, sources);
    List<String> named = codeInColumn(2);
    assertThat(named).containsAll(variables);
    assertThat(named).allSatisfy(name -> assertThat(sources).contains(name));
  }

  private static boolean declares(String sources, String name) {
    return sources.contains(" Builder " + name + "(") || sources.contains("class " + name);
  }

  /** Returns what is marked as code in one column of the settings table, without duplicates. */
  private static List<String> codeInColumn(int column) throws IOException {
    String cells =
        readme()
            .lines()
            .dropWhile(line -> !line.startsWith("| setting"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .map(line -> line.split("\\|", -1)[column + 1])
            .collect(Collectors.joining());
    return matches(CODE, cells).stream().distinct().toList();
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
