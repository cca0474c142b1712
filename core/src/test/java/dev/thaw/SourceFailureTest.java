package dev.thaw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.util.Throwables.getStackTrace;

import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.CapturedLog;
import dev.thaw.fixture.Undeclared;
import java.io.IOException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is told of exceptions that a source throws and should not: nothing that may be a secret. */
class SourceFailureTest {
  private static final Deadline SOON = Deadline.after(Duration.ofMinutes(1));

  private static PooledConnectionProvider.Builder builder() {
    return PooledConnectionProvider.builder().name("orders").host("localhost");
  }

  @Test
  void a_source_that_fails_in_its_own_way_is_not_let_through() {
    IllegalStateException bug =
        new IllegalStateException(
            "Illegal character in TOKEN\n5544", new IllegalArgumentException("TOKEN\n5544"));
    CredentialsSource source =
        deadline -> {
          throw bug;
        };
    try (PooledConnectionProvider provider = builder().credentials(source).build()) {
      assertThatThrownBy(() -> provider.get(SOON))
          .isInstanceOf(SQLNonTransientConnectionException.class)
          .hasMessage(
              "orders - The credentials cannot be used: the source has thrown"
                  + " java.lang.IllegalStateException")
          .satisfies(
              e ->
                  assertThat(getStackTrace(e))
                      .contains("Caused by:", "java.lang.IllegalStateException (its message is")
                      .contains("java.lang.IllegalArgumentException (its message is")
                      .contains(SourceFailureTest.class.getName() + ".lambda")
                      .doesNotContain("TOKEN", "5544"));
      assertThat(provider.check().toString())
          .contains("java.lang.IllegalStateException")
          .doesNotContain("TOKEN", "5544");
    }
  }

  @Test
  void credentials_that_are_stale_for_longer_than_allowed_are_refused() {
    Instant now = Instant.parse("2026-01-01T12:00:00Z");
    CredentialsSource source =
        deadline ->
            DatabaseCredentials.builder("app", "s3cret")
                .staleSince(now.minus(Duration.ofMinutes(3)))
                .build();
    try (PooledConnectionProvider provider =
        builder()
            .credentials(source)
            .maxStale(Duration.ofMinutes(2))
            .wallClock(InstantSource.fixed(now))
            .build()) {
      assertThatThrownBy(() -> provider.get(SOON))
          .isInstanceOf(SQLNonTransientConnectionException.class)
          .hasMessage(
              "orders - The credentials cannot be used: they have been stale for 180 s, allowed are"
                  + " 120 s (maxStale, DB_MAX_STALE); their source cannot get newer ones");
    }
  }

  @Test
  void an_error_of_a_source_is_reported_by_its_class() {
    CredentialsSource source =
        deadline -> {
          throw new AssertionError("TOKEN5544");
        };
    CredentialsSource initializer =
        deadline -> {
          throw new ExceptionInInitializerError(new IllegalStateException("TOKEN5544"));
        };
    try (PooledConnectionProvider provider = builder().credentials(source).build();
        PooledConnectionProvider other = builder().credentials(initializer).build()) {
      assertThat(provider.check().toString())
          .contains("java.lang.AssertionError")
          .doesNotContain("TOKEN");
      assertThat(other.check().toString())
          .contains("java.lang.IllegalStateException")
          .doesNotContain("TOKEN");
    }
  }

  @Test
  void a_source_that_sets_what_is_no_host_is_told_why() {
    CredentialsSource source =
        deadline -> DatabaseCredentials.builder("app", "s3cret").host("db:3306").build();
    try (PooledConnectionProvider provider = builder().credentials(source).build()) {
      assertThatThrownBy(() -> provider.get(SOON))
          .hasMessageContaining("which holds a port, too: set port to that")
          .hasMessageNotContaining("db:3306");
    }
  }

  @ParameterizedTest
  @MethodSource("failures")
  void a_source_that_cannot_be_closed_is_logged_by_the_class_of_its_exception(Exception failure) {
    CredentialsSource source =
        new CredentialsSource() {
          @Override
          public DatabaseCredentials credentials(Deadline deadline) {
            return DatabaseCredentials.of("app", "s3cret");
          }

          @Override
          public void invalidate() {
            Undeclared.raise(failure);
          }

          @Override
          public void close() {
            Undeclared.raise(failure);
          }
        };
    try (CapturedLog log = new CapturedLog()) {
      builder().credentials(source).build().close();
      assertThat(log.text())
          .contains("orders - The source of the credentials could not forget what it holds")
          .contains("orders - The source of the credentials could not be closed")
          .contains(failure.getClass().getName() + " (its message is not shown")
          .doesNotContain("TOKEN");
    }
  }

  private static Stream<Exception> failures() {
    return Stream.of(new IllegalStateException("TOKEN5544"), new IOException("TOKEN5544"));
  }
}
