package dev.thaw.examples.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.PooledConnectionProvider;
import dev.thaw.secrets.ConnectionProviders;
import dev.thaw.testing.DatabaseExtension;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares what the published modules export with the record of it, the file {@code api.txt} of
 * each, so that no change of the API goes unseen. With {@code -Dapi.record=true} it writes the
 * record.
 */
class RecordedApiTest {
  private static final Pattern TYPE = Pattern.compile("(?ms)^[^\\n]*\\{$.*?^\\}$");

  @ParameterizedTest
  @CsvSource({
    "core, dev.thaw.PooledConnectionProvider",
    "secrets, dev.thaw.secrets.ConnectionProviders",
    "testing, dev.thaw.testing.DatabaseExtension"
  })
  void each_module_exports_what_its_record_says(String module, Class<?> exported) throws Exception {
    // Surefire runs in the module's folder.
    Path file = Path.of("..", "..", module, "api.txt");
    List<String> api = api(exported);
    if (Boolean.getBoolean("api.record")) {
      Files.write(file, api);
    }
    List<String> recorded = Files.readAllLines(file);
    assertThat(missing(recorded, api))
        .as(
            "Gone from the API of %s, or changed: what uses it must be changed, too. If that is"
                + " meant, say it in CHANGELOG.md and record it, as .github/CONTRIBUTING.md says",
            module)
        .isEmpty();
    assertThat(missing(api, recorded))
        .as("New in the API of %s; if it is meant, record it, as above", module)
        .isEmpty();
  }

  @Test
  void a_member_is_listed_with_its_type_and_what_is_not_exported_is_not() throws Exception {
    List<String> api = api(PooledConnectionProvider.class);
    assertThat(api)
        .contains(
            "public final class dev.thaw.PooledConnectionProvider implements"
                + " dev.thaw.ConnectionProvider",
            "dev.thaw.PooledConnectionProvider: public static"
                + " dev.thaw.PooledConnectionProvider$Builder builder();")
        .noneMatch(line -> line.contains("class dev.thaw.internal"));
    assertThat(api(ConnectionProviders.class)).noneMatch(line -> line.contains("HttpClient"));
    assertThat(api(DatabaseExtension.class))
        .noneMatch(line -> line.contains("class dev.thaw.testing.internal"));
  }

  private static List<String> missing(List<String> from, List<String> in) {
    return from.stream().filter(line -> !in.contains(line)).toList();
  }

  /** The public and protected members in the packages that the module of a class exports to all. */
  private static List<String> api(Class<?> exported) throws IOException, URISyntaxException {
    Path location = Path.of(exported.getProtectionDomain().getCodeSource().getLocation().toURI());
    return TYPE.matcher(javap(location, exportedClasses(location)))
        .results()
        .map(result -> result.group().lines().map(String::strip).toList())
        .filter(lines -> lines.get(0).matches("(public|protected) .*"))
        .flatMap(RecordedApiTest::members)
        .sorted()
        .toList();
  }

  private static List<String> exportedClasses(Path location) throws IOException {
    ModuleReference module = ModuleFinder.of(location).findAll().iterator().next();
    Set<String> packages =
        module.descriptor().exports().stream()
            .filter(export -> !export.isQualified())
            .map(ModuleDescriptor.Exports::source)
            .collect(Collectors.toSet());
    try (ModuleReader reader = module.open();
        Stream<String> resources = reader.list()) {
      return resources
          .filter(name -> name.endsWith(".class"))
          .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
          .filter(name -> packages.contains(name.replaceFirst("\\.[^.]+$", "")))
          .toList();
    }
  }

  /** The classes as javap prints them, which needs none of the types that they name. */
  private static String javap(Path location, List<String> classes) {
    String[] arguments =
        Stream.concat(
                Stream.of("-protected", "-constants", "-cp", location.toString()), classes.stream())
            .toArray(String[]::new);
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out);
    int exit = ToolProvider.findFirst("javap").orElseThrow().run(writer, writer, arguments);
    assertThat(exit).as(out.toString()).isZero();
    return out.toString();
  }

  /** A line for the type, and one for each member, which stands alone by the type's name. */
  private static Stream<String> members(List<String> lines) {
    String type = lines.get(0).replaceFirst(" \\{$", "");
    String name = type.replaceFirst(".*?\\b(?:class|interface) (\\S+).*", "$1");
    return Stream.concat(
        Stream.of(type),
        lines.stream().skip(1).filter(line -> !line.equals("}")).map(line -> name + ": " + line));
  }
}
