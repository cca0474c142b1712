package dev.thaw.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.Deadline;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.testing.EngineRun;
import java.lang.reflect.Method;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each obligation of the contract for sources fails on a source that breaks it. */
class BrokenSourcesTest {
  private static final DatabaseCredentials RIGHT = DatabaseCredentials.of("app", "S3cret-Right-1");
  private static final ThreadLocal<Supplier<CredentialsSource>> SOURCE = new ThreadLocal<>();

  private static final Map<String, Supplier<CredentialsSource>> BREAKS =
      Map.of(
          "it_returns_the_credentials", Wrong::new,
          "it_returns_the_same_credentials_again", Changing::new,
          "it_serves_several_threads_at_once", OneThread::new,
          "it_never_offers_the_refused_login_again", OffersRefused::new,
          "it_works_after_invalidate", EndsAtInvalidate::new,
          "close_is_idempotent", ThrowsAtClose::new,
          "a_failure_is_one_of_jdbcs_connection_exceptions", Right::new,
          "it_shows_no_secret", ShowsPassword::new);

  private static class Right implements CredentialsSource {
    @Override
    public DatabaseCredentials credentials(Deadline deadline) throws SQLException {
      return RIGHT;
    }
  }

  private static final class Wrong extends Right {
    @Override
    public DatabaseCredentials credentials(Deadline deadline) {
      return DatabaseCredentials.of("app", "S3cret-Wrong-1");
    }
  }

  private static final class Changing extends Right {
    private int calls;

    @Override
    public DatabaseCredentials credentials(Deadline deadline) {
      return DatabaseCredentials.of("app", "S3cret-" + ++calls);
    }
  }

  private static final class OneThread extends Right {
    private final Thread owner = Thread.currentThread();

    @Override
    public DatabaseCredentials credentials(Deadline deadline) throws SQLException {
      if (!Thread.currentThread().equals(owner)) {
        throw new SQLTransientConnectionException("another thread's");
      }
      return RIGHT;
    }
  }

  private static final class OffersRefused extends Right {
    @Override
    public Optional<DatabaseCredentials> refused(DatabaseCredentials refused, Deadline deadline) {
      return Optional.of(refused);
    }
  }

  private static final class EndsAtInvalidate extends Right {
    private boolean ended;

    @Override
    public DatabaseCredentials credentials(Deadline deadline) throws SQLException {
      if (ended) {
        throw new SQLTransientConnectionException("nothing is left");
      }
      return RIGHT;
    }

    @Override
    public void invalidate() {
      ended = true;
    }
  }

  private static final class ThrowsAtClose extends Right {
    private boolean closed;

    @Override
    public void close() {
      if (closed) {
        throw new IllegalStateException("closed twice");
      }
      closed = true;
    }
  }

  private static final class ShowsPassword extends Right {
    @Override
    public String toString() {
      return "ShowsPassword[" + RIGHT.password() + "]";
    }
  }

  /** What the engine of its own runs. */
  static class Broken implements CredentialsSourceContract {
    @Override
    public CredentialsSource source() {
      return SOURCE.get().get();
    }

    @Override
    public DatabaseCredentials expected() {
      return RIGHT;
    }

    @Override
    public CredentialsSource failingSource() {
      return deadline -> {
        throw new SQLException("no credentials");
      };
    }
  }

  @Test
  void every_obligation_has_a_source_that_breaks_it() {
    assertThat(obligations().map(Method::getName))
        .containsExactlyInAnyOrderElementsOf(BREAKS.keySet());
  }

  @TestFactory
  Stream<DynamicTest> a_broken_source_fails() {
    return obligations()
        .map(method -> DynamicTest.dynamicTest(method.getName(), () -> assertFails(method)));
  }

  private static Stream<Method> obligations() {
    return Arrays.stream(CredentialsSourceContract.class.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(Test.class));
  }

  private static void assertFails(Method obligation) {
    SOURCE.set(BREAKS.get(obligation.getName()));
    try {
      List<Throwable> failures = EngineRun.ofTest(Broken.class, obligation.getName()).failures();

      assertThat(failures).as("failures of %s", obligation.getName()).hasSize(1);
    } finally {
      SOURCE.remove();
    }
  }
}
