package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.assertFails;
import static dev.thaw.secrets.SourceFixture.password;
import static dev.thaw.secrets.SourceFixture.secret;
import static dev.thaw.secrets.SourceFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.thaw.credentials.DatabaseCredentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCredentialsSourceTest {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void setFile() {
    file = directory.resolve("db.json");
  }

  @Test
  void a_file_is_read_again_when_it_was_written() throws Exception {
    write("one", 1);
    try (FileCredentialsSource source = FileCredentialsSource.of(file)) {
      assertThat(password(source)).isEqualTo("one");
      write("two", 2);
      assertThat(password(source)).isEqualTo("two");
    }
  }

  @Test
  void a_file_is_read_again_when_another_took_its_place() throws Exception {
    write("one", 1);
    try (FileCredentialsSource source = FileCredentialsSource.of(file)) {
      assertThat(password(source)).isEqualTo("one");
      Path next = Files.writeString(directory.resolve("next.json"), secret("two"));
      Files.setLastModifiedTime(next, at(1));
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      assertThat(password(source)).isEqualTo("two");
    }
  }

  @Test
  void a_half_written_file_leaves_what_it_held_before() throws Exception {
    write("one", 1);
    try (FileCredentialsSource source = FileCredentialsSource.of(file)) {
      DatabaseCredentials one = source.credentials(soon());
      Files.writeString(file, secret("two").substring(0, 20));
      Files.setLastModifiedTime(file, at(2));
      assertThat(source.credentials(soon())).isSameAs(one);
      write("two", 2);
      assertThat(password(source)).isEqualTo("two");
    }
  }

  @Test
  void a_file_that_is_no_utf_8_is_an_error_and_not_another_password() throws Exception {
    Files.write(file, secret("p\u00e4ss").getBytes(StandardCharsets.ISO_8859_1));
    assertFails(SQLNonTransientConnectionException.class, FileCredentialsSource.of(file))
        .withMessageEndingWith(" is not in UTF-8");
  }

  @Test
  void a_refused_login_with_a_file_that_cannot_be_used_says_so() throws Exception {
    write("one", 1);
    try (FileCredentialsSource source = FileCredentialsSource.of(file)) {
      DatabaseCredentials one = source.credentials(soon());
      Files.writeString(file, "{");
      assertThatExceptionOfType(SQLNonTransientConnectionException.class)
          .isThrownBy(() -> source.refused(one, soon()))
          .withMessageContaining(file.toString());
    }
  }

  @Test
  void a_refused_login_reads_the_file_even_if_it_looks_unchanged() throws Exception {
    write("one", 1);
    try (FileCredentialsSource source = FileCredentialsSource.of(file)) {
      DatabaseCredentials one = source.credentials(soon());
      assertThat(source.refused(one, soon())).isEmpty();
      write("two", 1);
      assertThat(source.refused(one, soon()).map(DatabaseCredentials::password)).hasValue("two");
    }
  }

  @Test
  void a_file_that_names_another_schema_holds_other_credentials() throws Exception {
    Files.writeString(file, "{\"username\":\"app\",\"password\":\"one\",\"dbname\":\"old\"}");
    try (FileCredentialsSource source = FileCredentialsSource.of(file)) {
      DatabaseCredentials old = source.credentials(soon());
      assertThat(source.refused(old, soon())).isEmpty();
      Files.writeString(file, "{\"username\":\"app\",\"password\":\"one\",\"dbname\":\"new\"}");
      assertThat(source.refused(old, soon()).orElseThrow().database()).hasValue("new");
    }
  }

  @Test
  void a_file_that_is_not_there_yet_is_transient() throws Exception {
    try (FileCredentialsSource source = FileCredentialsSource.of(file)) {
      assertThatExceptionOfType(SQLTransientConnectionException.class)
          .isThrownBy(() -> source.credentials(soon()))
          .withMessageContainingAll(file.toString(), "does not exist");
      write("one", 1);
      assertThat(password(source)).isEqualTo("one");
    }
  }

  @Test
  void a_file_too_large_for_a_secret_is_refused() throws Exception {
    Files.write(file, new byte[(1 << 20) + 1]);
    assertFails(SQLNonTransientConnectionException.class, FileCredentialsSource.of(file))
        .withMessageContainingAll(file.toString(), "more than 1048576 bytes");
  }

  @Test
  void a_pipe_is_refused_and_not_waited_for() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
    for (Path pipe : new Path[] {file, directory, Path.of("/dev/zero")}) {
      assertFails(SQLNonTransientConnectionException.class, FileCredentialsSource.of(pipe))
          .withMessageContainingAll(pipe.toString(), "no regular file");
    }
  }

  @Test
  void a_file_that_is_nested_deeply_is_an_error_and_no_end_of_the_stack() throws IOException {
    Files.writeString(file, "{\"x\":".repeat(30_000));
    assertFails(SQLNonTransientConnectionException.class, FileCredentialsSource.of(file))
        .withMessageContainingAll(file.toString(), "nested more than 100 levels deep");
  }

  @Test
  void keys_can_have_other_names() throws IOException, SQLException {
    Files.writeString(file, "{\"user\":\"app\",\"pass\":\"one\"}");
    SecretKeys keys = SecretKeys.builder().username("user").password("pass").build();
    try (FileCredentialsSource source = FileCredentialsSource.of(file, keys)) {
      assertThat(password(source)).isEqualTo("one");
    }
  }

  private void write(String password, int second) throws IOException {
    Files.writeString(file, secret(password));
    Files.setLastModifiedTime(file, at(second));
  }

  private static FileTime at(int second) {
    return FileTime.from(Instant.ofEpochSecond(second));
  }
}
