package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.thaw.Deadline;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When the reader that links AWS's SDK is made, and when its client is given up. */
class SdkSecretReaderTest {
  private final List<Reader> made = new ArrayList<>();
  private final SdkSecretReader reader =
      new SdkSecretReader(
          "Secret orders",
          () -> {
            Reader next = new Reader();
            made.add(next);
            return next;
          });

  /** A reader that can be held in a call. */
  private static final class Reader implements SecretReader {
    private volatile boolean closed;
    private volatile CountDownLatch go = new CountDownLatch(0);
    private final CountDownLatch called = new CountDownLatch(2);

    @Override
    public @Nullable SecretValue read(SecretStage stage, boolean pastCaches, Deadline deadline)
        throws SQLException {
      called.countDown();
      try {
        go.await();
      } catch (InterruptedException e) {
        throw new SQLException(e);
      }
      return stage == SecretStage.PENDING ? null : new SecretValue("1", "{}");
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private @Nullable SecretValue read(SecretStage stage) throws SQLException {
    return reader.read(stage, false, soon());
  }

  @Test
  void the_linked_reader_is_made_at_the_first_read_and_kept() throws SQLException {
    assertThat(made).isEmpty();
    assertThat(read(SecretStage.CURRENT)).isNotNull();
    assertThat(read(SecretStage.PENDING)).isNull();
    assertThat(made).hasSize(1);
  }

  @Test
  void to_forget_closes_the_client_that_holds_the_roles_credentials() throws SQLException {
    SecretValue first = read(SecretStage.CURRENT);
    reader.forget();
    assertThat(made.get(0).closed).isTrue();

    SecretValue second = read(SecretStage.CURRENT);
    assertThat(made).hasSize(2);
    assertThat(made.get(1).closed).isFalse();
    assertThat(second).isNotSameAs(first);
  }

  @Test
  void a_client_is_not_closed_during_a_call() throws Exception {
    SecretValue first = read(SecretStage.CURRENT);
    Reader linked = made.get(0);
    linked.go = new CountDownLatch(1);
    FutureTask<@Nullable SecretValue> call = new FutureTask<>(() -> read(SecretStage.CURRENT));
    Thread thread = new Thread(call);
    thread.start();
    linked.called.await();

    reader.forget();
    assertThat(linked.closed).isFalse();
    linked.go.countDown();
    assertThat(call.get()).isNotSameAs(first);
    assertThat(linked.closed).isTrue();
  }

  @Test
  void once_closed_nothing_is_read() throws SQLException {
    SecretValue unused = read(SecretStage.CURRENT);
    reader.close();
    assertThat(made.get(0).closed).isTrue();
    assertThatExceptionOfType(SQLNonTransientConnectionException.class)
        .isThrownBy(() -> read(SecretStage.CURRENT))
        .withMessage("Secret orders: the credentials source is closed");
    assertThat(made).hasSize(1);
  }
}
