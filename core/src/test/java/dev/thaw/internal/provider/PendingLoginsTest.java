package dev.thaw.internal.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.ScriptedServer;
import dev.thaw.internal.jdbc.BorrowedConnection;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PendingLoginsTest {
  private static final Duration SHORT = Duration.ofMillis(200);

  private final CountDownLatch mayAnswer = new CountDownLatch(1);
  @AutoClose private TestPool test;

  /** Loads the driver, which takes longer than a short get. */
  @BeforeAll
  static void load() throws Exception {
    try (TestPool first = new TestPool(1)) {
      first.get(Deadline.after(Background.LONG), true).close();
    }
  }

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

  @Test
  void sessions_and_logins_are_one_more_than_the_pool_may_have_at_most() throws Exception {
    AtomicInteger failed = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    test.close();
    test =
        new TestPool(
            2,
            ScriptedServer.start(
                (self, session) -> {
                  most.accumulateAndGet(test.server.open(), Math::max);
                  session.greet();
                  session.login();
                  if (session.id() > 1) {
                    await()
                        .pollInterval(Duration.ofMillis(1))
                        .atMost(Duration.ofMinutes(1))
                        .until(() -> failed.get() >= 20);
                  }
                  session.ok();
                  self.serve(session);
                }));
    BorrowedConnection held = test.get(Deadline.after(Background.LONG), true);
    Background.joinAll(Background.perform(3, () -> getAtLast(failed)));
    held.close();
    // In use, under way, and one that hangs.
    assertThat(most).hasValueLessThanOrEqualTo(3);
    await().until(() -> test.server.open() == test.stats().total());
    assertThat(test.stats().total()).isLessThanOrEqualTo(2);
  }

  private BorrowedConnection get(Duration time) throws SQLException {
    return test.get(Deadline.after(time), true);
  }

  /**
   * Leaves a login behind, which the server answers when it may; it never answers those after it.
   */
  private void leaveOne() throws IOException {
    test.close();
    CountDownLatch never = new CountDownLatch(1);
    test =
        new TestPool(
            1,
            ScriptedServer.start(
                (self, session) -> {
                  session.greet();
                  session.login();
                  if (session.id() > 1) {
                    never.await();
                  }
                  mayAnswer.await();
                  session.ok();
                  self.serve(session);
                }));
    assertLeavesOne(SHORT);
  }

  private void assertLeavesOne(Duration time) {
    assertThatThrownBy(() -> get(time)).hasMessageContaining("the login goes on");
  }

  @Test
  void one_that_ends_while_the_next_get_asks_its_source_is_that_gets() throws Exception {
    leaveOne();
    test.source =
        deadline -> {
          mayAnswer.countDown();
          // Its thread has asked for the session's variables, and ends.
          await().until(() -> test.server.statements().size() > 0);
          return DatabaseCredentials.of("app", "s3cret");
        };
    get(Background.LONG).close();
    assertThat(test.server.accepted()).isOne();
    assertThat(test.stats().reused()).isZero();
  }

  @Test
  void a_get_whose_source_fails_leaves_it_in_the_pool() throws Exception {
    leaveOne();
    test.source =
        deadline -> {
          throw new SQLException("no secret");
        };
    assertThatThrownBy(() -> get(Background.LONG)).hasMessageContaining("no secret");
    mayAnswer.countDown();
    await().until(() -> test.stats().idle() == 1);
    assertThat(test.server.accepted()).isOne();
  }

  @Test
  void one_that_was_replaced_is_kept_in_the_room_of_one_that_is_not_done() throws Exception {
    leaveOne();
    assertLeavesOne(SHORT.multipliedBy(4));
    assertThat(test.server.accepted()).isEqualTo(2);
    mayAnswer.countDown();
    await().until(() -> test.stats().idle() == 1);
    get(Background.LONG).close();
    assertThat(test.server.accepted()).isEqualTo(2);
    assertThat(test.stats().reused()).isOne();
  }
}
