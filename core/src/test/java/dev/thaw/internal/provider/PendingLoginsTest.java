package dev.thaw.internal.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.ScriptedServer;
import java.io.IOException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PendingLoginsTest {
  private static final Duration SHORT = Duration.ofMillis(200);

  @AutoClose private TestPool test;

  @BeforeEach
  void start() throws IOException {
    test = new TestPool(1);
  }

  /** Tries short gets until one succeeds, and counts the others. */
  private void getAtLast(AtomicInteger failed) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .atMost(Background.LONG)
        .until(
            () -> {
              try {
                test.get(Deadline.after(SHORT), true).close();
                return true;
              } catch (SQLTimeoutException e) {
                failed.incrementAndGet();
                return false;
              }
            });
  }

  /**
   * Lets clients in whose login has waited while so many gets have failed; never the first ones.
   */
  private void use(int maxSize, AtomicInteger failed, int waits, int neverAnswered)
      throws IOException {
    test.close();
    test =
        new TestPool(
            maxSize,
            ScriptedServer.start(
                (self, session) -> {
                  session.greet();
                  session.login();
                  int since = failed.get();
                  await()
                      .pollInterval(Duration.ofMillis(1))
                      .atMost(Duration.ofMinutes(1))
                      .until(() -> session.id() > neverAnswered && failed.get() - since >= waits);
                  session.ok();
                  self.serve(session);
                }));
  }

  @Test
  void one_that_hangs_keeps_no_other_from_taking_several_deadlines() throws IOException {
    AtomicInteger failed = new AtomicInteger();
    use(1, failed, 3, 1);
    getAtLast(failed);
    assertThat(test.server.accepted()).isEqualTo(2);
  }

  @Test
  void those_of_several_threads_take_several_deadlines() throws Exception {
    AtomicInteger failed = new AtomicInteger();
    use(3, failed, 12, 0);
    Background.joinAll(Background.perform(3, () -> getAtLast(failed)));
    // Four at a time; where one serves the get that waits for another one, that one ends.
    assertThat(test.server.accepted()).isLessThanOrEqualTo(8);
  }

  @Test
  void where_no_more_may_begin_those_of_the_same_user_are_waited_for() throws IOException {
    AtomicInteger failed = new AtomicInteger();
    use(1, failed, 4, 0);
    AtomicInteger tokens = new AtomicInteger();
    test.source = deadline -> DatabaseCredentials.of("app", "t0ken" + tokens.incrementAndGet());
    getAtLast(failed);
    assertThat(test.server.accepted()).isLessThanOrEqualTo(3);
  }
}
