package dev.thaw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What a provider reports when a library that it needs cannot be loaded. */
class MissingClassTest {
  private static PooledConnectionProvider failing(Error error) {
    return PooledConnectionProvider.builder()
        .credentials(
            deadline -> {
              throw error;
            })
        .build();
  }

  @Test
  void a_missing_class_is_a_failed_check_and_no_error_of_the_warm_up() {
    try (PooledConnectionProvider provider =
        failing(new NoClassDefFoundError("com/example/Missing"))) {
      HealthReport report = provider.check();

      assertThat(report.success()).isFalse();
      assertThat(report.failureKind()).contains(FailureKind.OTHER);
      assertThat(report.message())
          .isEqualTo(
              "thaw - No connection: java.lang.NoClassDefFoundError: com/example/Missing; a library"
                  + " is missing, or its version does not fit: check the class path");
      assertThatCode(provider::warmUp).doesNotThrowAnyException();
      assertThat(provider.stats().active()).isZero();
      assertThatThrownBy(provider::get)
          .as("what only reports does not hide it from those who use the database")
          .isInstanceOf(NoClassDefFoundError.class);
    }
  }

  @Test
  void a_class_that_cannot_be_initialised_is_reported_with_the_class_of_the_reason() {
    Error error =
        new ExceptionInInitializerError(new IllegalStateException("it may be the source's: TOKEN"));
    try (PooledConnectionProvider provider = failing(error)) {
      assertThat(provider.check().message())
          .contains("No connection: java.lang.IllegalStateException; a library is missing")
          .doesNotContain("TOKEN");
    }
  }

  @Test
  void an_error_of_the_jvm_itself_is_not_hidden() {
    try (PooledConnectionProvider provider = failing(new OutOfMemoryError("on purpose"))) {
      assertThatThrownBy(provider::check).isInstanceOf(OutOfMemoryError.class);
      assertThatThrownBy(provider::warmUp).isInstanceOf(OutOfMemoryError.class);
    }
  }
}
