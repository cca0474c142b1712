package dev.thaw.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.PooledConnectionProvider;
import dev.thaw.testing.aws.FakeIamServer;
import dev.thaw.testing.internal.junit.JUnit;
import java.sql.Connection;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.RegisterExtension;

class WrongUseTest {

  @Test
  void a_script_that_is_not_there_is_named_with_all_places_that_were_looked_at() {
    assertThat(EngineRun.of(MissingScript.class).failure())
        .isInstanceOf(ExtensionConfigurationException.class)
        .hasMessage(
            "the schema of class dev.thaw.testing.WrongUseTest$MissingScript cannot be"
                + " made: there is no script \"nowhere.sql\" on the class path; looked"
                + " for dev/thaw/testing/nowhere.sql, nowhere.sql");
  }

  @DatabaseTest(schema = "nowhere.sql")
  static class MissingScript extends NeverRuns {}

  @Test
  void a_statement_that_fails_is_named_with_script_number_and_line() {
    assertThat(EngineRun.of(BrokenScript.class).failure())
        .hasMessageStartingWith("statement 2 of dev/thaw/testing/broken.sql, line 3, failed: ")
        .hasMessageEndingWith("(CREATE TABLE b (id INT) WITH NONSENSE)");
  }

  @DatabaseTest(schema = "broken.sql")
  static class BrokenScript extends NeverRuns {}

  @Test
  void a_secret_and_a_token_are_one_login_too_many() {
    assertThat(EngineRun.of(SecretAndToken.class).failure())
        .hasMessageContaining("secretsManager and iam are both true")
        .hasMessageContaining("set one of them");
  }

  @DatabaseTest(secretsManager = true, iam = true)
  static class SecretAndToken extends NeverRuns {}

  @Test
  void a_parameter_for_tokens_without_tokens_is_named() {
    assertThat(EngineRun.of(WithoutTokens.class).failure())
        .hasMessageContaining("set @DatabaseTest(iam = true)");
  }

  @DatabaseTest
  static class WithoutTokens {
    @Test
    void never_runs(FakeIamServer iam) {}
  }

  @Test
  void two_fields_are_one_too_many() {
    assertThat(EngineRun.of(TwoFields.class).failure())
        .hasMessage(
            "class dev.thaw.testing.WrongUseTest$TwoFields has more than one database:"
                + " field TwoFields.ONE, field TwoFields.TWO. Keep one of them.");
  }

  static class TwoFields extends NeverRuns {
    @RegisterExtension static final DatabaseExtension ONE = DatabaseExtension.builder().build();

    @RegisterExtension static final DatabaseExtension TWO = DatabaseExtension.builder().build();
  }

  @Test
  void a_field_beside_the_annotation_is_one_too_many() {
    assertThat(EngineRun.of(FieldAndAnnotation.class).failure())
        .hasMessageContaining(
            "field FieldAndAnnotation.database, @DatabaseTest on class"
                + " FieldAndAnnotation. Keep one of them.");
  }

  @DatabaseTest
  static class FieldAndAnnotation extends NeverRuns {
    @RegisterExtension final DatabaseExtension database = DatabaseExtension.builder().build();
  }

  @Test
  void a_field_inside_an_annotated_class_is_one_too_many() {
    assertThat(EngineRun.of(Outer.class).failure())
        .hasMessageContaining(
            "field Inner.database, @DatabaseTest on class Outer. Keep one of them.");
  }

  @DatabaseTest
  static class Outer {
    @Nested
    class Inner {
      @RegisterExtension final DatabaseExtension database = DatabaseExtension.builder().build();

      @Test
      void never_runs() {}
    }
  }

  @Test
  void a_field_that_is_not_registered_is_named() {
    assertThat(EngineRun.of(Unregistered.class).failure())
        .hasMessage(
            "field Unregistered.database has no effect: annotate it with" + " @RegisterExtension");
  }

  @DatabaseTest
  static class Unregistered extends NeverRuns {
    final DatabaseExtension database = DatabaseExtension.builder().build();
  }

  @Test
  void a_parameter_of_the_implementation_s_type_is_named() {
    assertThat(EngineRun.of(WrongParameter.class).failure())
        .hasMessageContaining(
            "parameter pool of WrongParameter.never_runs has the type"
                + " PooledConnectionProvider: declare it as ConnectionProvider");
  }

  @DatabaseTest
  static class WrongParameter {
    @Test
    void never_runs(PooledConnectionProvider pool) {}
  }

  @Test
  void a_connection_that_cannot_be_made_names_its_parameter() {
    assertThat(EngineRun.of(Unreachable.class).failure())
        .hasMessageContaining("parameter connection of Unreachable.never_runs")
        .hasMessageContaining("refused the login");
  }

  @DatabaseTest
  static class Unreachable {
    Unreachable(TestSchema schema) throws Exception {
      schema.setPassword(schema.credentials().username(), "another-Password-1");
    }

    @Test
    void never_runs(Connection connection) {}
  }

  @Test
  void a_junit_that_is_too_old_is_refused() {
    ClassLoader before512 =
        new ClassLoader(null) {
          @Override
          protected Class<?> findClass(String name) throws ClassNotFoundException {
            throw new ClassNotFoundException(name);
          }
        };

    assertThatThrownBy(() -> JUnit.requireVersion(before512))
        .isInstanceOf(ExtensionConfigurationException.class)
        .hasMessageContaining("thaw-testing needs JUnit Jupiter 5.12 or later");
  }

  @Test
  void a_setting_that_is_set_twice_is_refused() {
    DatabaseExtension.Builder builder = DatabaseExtension.builder().schema("a.sql");

    assertThatThrownBy(() -> builder.schema("b.sql"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("schema is set already");
  }
}
