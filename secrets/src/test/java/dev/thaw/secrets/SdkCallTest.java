package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.thaw.Deadline;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The thread that AWS's SDK is called on. */
class SdkCallTest {
  private static final String NAME = "Secret orders";

  private final CountDownLatch never = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  /** A call that ends only when its thread is interrupted. */
  private String hang() {
    try {
      never.await();
    } catch (InterruptedException e) {
      ended.countDown();
    }
    return "";
  }

  @Test
  void it_has_ended_when_the_result_is_returned() throws SQLException {
    Thread thread = SdkCall.run(NAME, soon(), Thread::currentThread);
    assertThat(thread).isNotSameAs(Thread.currentThread());
    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void it_is_interrupted_at_the_deadline() throws InterruptedException {
    assertThatExceptionOfType(SQLTimeoutException.class)
        .isThrownBy(() -> SdkCall.run(NAME, Deadline.after(Duration.ofMillis(20)), this::hang))
        .withMessageContainingAll(NAME, "before the deadline");
    ended.await();
  }

  @Test
  void it_is_interrupted_with_its_caller() throws InterruptedException {
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(SQLTransientConnectionException.class)
        .isThrownBy(() -> SdkCall.run(NAME, soon(), this::hang))
        .withMessageContainingAll(NAME, "interrupted");
    assertThat(Thread.interrupted()).isTrue();
    ended.await();
  }

  @Test
  void what_it_throws_is_thrown() {
    SQLException failure = new SQLException("no");
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(
            () ->
                SdkCall.run(
                    NAME,
                    soon(),
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () ->
                SdkCall.run(
                    NAME,
                    soon(),
                    () -> {
                      throw new IllegalStateException("why");
                    }))
        .withMessage("why");
  }
}
