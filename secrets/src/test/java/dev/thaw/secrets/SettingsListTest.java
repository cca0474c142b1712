package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.PooledConnectionProvider;
import dev.thaw.internal.settings.BuilderSettings;
import dev.thaw.internal.settings.CountSetting;
import dev.thaw.internal.settings.Setting;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** README, the documentation of the API and the builders against the one list of settings. */
class SettingsListTest {
  // Surefire runs in the module's folder.
  private static final Path README = Path.of("..", "README.md");
  private static final Path PROVIDER =
      Path.of("../core/src/main/java/dev/thaw/PooledConnectionProvider.java");
  private static final Path PROVIDERS =
      Path.of("src/main/java/dev/thaw/secrets/ConnectionProviders.java");

  static Stream<Setting<?>> ofBuilder() {
    return BuilderSettings.ALL.stream();
  }

  static Stream<Setting<?>> withVariable() {
    return EnvironmentSettings.every().stream()
        .filter(setting -> setting.variable() != null && setting.variable().startsWith("DB_"));
  }

  @Test
  void readmes_table_is_the_list() throws IOException {
    List<String> rows =
        Files.readString(README)
            .lines()
            .dropWhile(line -> !line.startsWith("| setting"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .filter(line -> !line.startsWith("| tests: "))
            .toList();
    assertThat(rows)
        .containsExactlyInAnyOrderElementsOf(
            EnvironmentSettings.every().stream().map(SettingsListTest::row).toList());
  }

  private static String row(Setting<?> setting) {
    String builder = setting.row().builder();
    String variable = setting.row().variable();
    String unset = setting.row().unset();
    return "| "
        + String.join(
            " | ",
            setting.row().text(),
            builder == null ? "`" + setting.name() + "`" : builder,
            variable == null ? "`" + setting.variable() + "`" : variable,
            unset == null ? shown(setting.unset()) : unset)
        + " |";
  }

  private static String shown(@Nullable Object unset) {
    if (unset instanceof Duration duration) {
      long seconds = duration.toSeconds();
      return seconds == 0 ? "0" : seconds < 60 ? seconds + " s" : seconds / 60 + " min";
    }
    return unset instanceof Enum<?> ? "`" + unset + "`" : String.valueOf(unset);
  }

  @Test
  void the_builder_has_a_method_for_each_of_its_settings_and_no_other() {
    assertThat(setters(PooledConnectionProvider.Builder.class).distinct())
        .containsExactlyInAnyOrderElementsOf(ofBuilder().map(Setting::name).toList());
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        SecretsManagerCredentialsSource.Builder.class,
        LambdaExtensionCredentialsSource.Builder.class,
        IamTokenCredentialsSource.Builder.class
      })
  void the_list_names_what_the_builders_of_sources_set(Class<?> builder) {
    String cells =
        EnvironmentSettings.every().stream().map(SettingsListTest::row).reduce("", String::concat);
    assertThat(setters(builder)).allSatisfy(name -> assertThat(cells).contains("`" + name + "`"));
  }

  private static Stream<String> setters(Class<?> builder) {
    return Arrays.stream(builder.getMethods())
        .filter(method -> method.getReturnType() == builder)
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .map(Method::getName);
  }

  @ParameterizedTest
  @MethodSource("ofBuilder")
  void a_method_of_the_builder_documents_default_and_bounds(Setting<?> setting) throws IOException {
    Matcher method =
        Pattern.compile(
                "/\\*\\*((?:(?!\\*/).)*)\\*/\\s+public Builder " + setting.name() + "\\(",
                Pattern.DOTALL)
            .matcher(Files.readString(PROVIDER));
    assertThat(method.find()).isTrue();
    String text = plain(method.group(1));
    Object unset = setting.unset();
    if (unset != null) {
      String shown = unset.equals(Duration.ZERO) ? "zero" : shown(unset).replace("`", "");
      assertThat(text).contains("default " + shown);
    }
    if (setting instanceof CountSetting count) {
      assertThat(text).contains(count.allowed());
    }
  }

  /** A documentation comment without its markup, on one line. */
  private static String plain(String comment) {
    return comment
        .replaceAll("\\s*\\n\\s*\\*\\s*", " ")
        .replaceAll("\\{@\\w+ ([^}]*)}", "$1")
        .replaceAll("\\w+#", "");
  }

  @ParameterizedTest
  @MethodSource("withVariable")
  void the_documentation_of_the_variables_has_each_with_its_default(Setting<?> setting)
      throws IOException {
    String source = Files.readString(PROVIDERS);
    String text = plain(source.substring(0, source.indexOf("public final class")));
    assertThat(text).containsPattern(setting.variable() + "\\b");
    if (setting.unset() != null && setting.row().unset() == null) {
      String shown = shown(setting.unset()).replaceAll("[` ]", "").replace("min", "m");
      assertThat(text).containsPattern(setting.variable() + " \\([^)]*\\b" + shown);
    }
  }
}
