package dev.thaw.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShownTest {

  @ParameterizedTest
  @ValueSource(strings = {"vault", "VERIFY_CA", "-localhost", "70000", "-1", "10ms", "5 m", "0"})
  void words_and_numbers_are_shown(String value) {
    assertThat(Shown.value(value.replace(" ", ""))).isEqualTo("'" + value.replace(" ", "") + "'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hunter2",
        "S3cr3tPassw0rd",
        "{\"username\":\"u\",\"password\":\"hunter2\"}",
        "jdbc:mysql://h/db?user=u&password=hunter2",
        "mysql://u:hunter2@h/db",
        "19840101",
        "line\nhunter2",
        "aLongWordThatCouldBeAPassPhrase",
        "passwörd"
      })
  void what_may_be_a_secret_is_not_shown(String value) {
    assertThat(Shown.value(value))
        .isEqualTo("a value of " + value.length() + " characters (not shown, it may be a secret)");
  }

  @Test
  void the_first_wrong_character_is_told_unless_it_is_a_letter_or_a_digit() {
    assertThat(Shown.value("a@b", 1)).contains("3 characters", "; character 2 is '@')");
    assertThat(Shown.value("a\nb", 1)).contains("; character 2 is U+000A)");
    assertThat(Shown.value("\uFEFFa b", 0)).contains("; character 1 is U+FEFF)");
    assertThat(Shown.value("a b", 1)).contains("; character 2 is a space)");
    assertThat(Shown.value("a=x", 2)).contains("; character 3 is a letter or a digit)");
    assertThat(Shown.value("?")).contains("1 character (");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/opt/rds.pem", "ca.pem", "C:\\certs\\rds-ca_1.pem", "/a dir/é.json"})
  void paths_are_shown(String path) {
    assertThat(Shown.path(Path.of(path))).isEqualTo(path);
  }

  @Test
  void a_path_in_a_folder_that_is_there_is_shown(@TempDir Path folder) {
    Path missing = folder.resolve("database");
    assertThat(Shown.path(missing)).isEqualTo(missing.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"password\":\"hunter2\"}",
        "x://u:hunter2@h",
        "S3cr3tPassw0rd",
        "a?b",
        "S3cr3t.Passw0rd",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "/JalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYxx",
      })
  void what_does_not_look_like_a_path_is_not_shown(String text) {
    Path path = Path.of(text);
    assertThat(Shown.path(path)).contains("not shown").doesNotContain(text);
    assertThat(Shown.cause(path, new NoSuchFileException(text)).toString())
        .contains("NoSuchFileException")
        .doesNotContain(text);
  }
}
