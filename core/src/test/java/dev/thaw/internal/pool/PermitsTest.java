package dev.thaw.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.fixture.Background;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PermitsTest {
  private static final Deadline FAR = Deadline.after(Background.LONG);

  private static Deadline soon() {
    return Deadline.after(Duration.ofMillis(20));
  }

  private Background<Boolean> acquireInBackground(Permits permits) {
    int before = permits.waiting();
    Background<Boolean> waiting = Background.run(() -> permits.acquire(FAR));
    await().atMost(Background.LONG).until(() -> permits.waiting() == before + 1);
    return waiting;
  }

  @Test
  void there_are_as_many_as_there_are() {
    Permits permits = new Permits(2);
    assertThat(permits.tryAcquire()).isTrue();
    assertThat(permits.tryAcquire()).isTrue();
    assertThat(permits.tryAcquire()).isFalse();
    permits.release();
    assertThat(permits.tryAcquire()).isTrue();
  }

  @Test
  void callers_that_wait_are_served_in_their_order() throws Exception {
    Permits permits = new Permits(1);
    assertThat(permits.tryAcquire()).isTrue();
    List<Integer> served = new CopyOnWriteArrayList<>();
    List<Background<Void>> callers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int caller = i;
      callers.add(
          Background.run(
              () -> {
                assertThat(permits.acquire(FAR)).isTrue();
                served.add(caller);
                permits.release();
                return null;
              }));
      await().atMost(Background.LONG).until(() -> permits.waiting() == caller + 1);
    }
    permits.release();
    for (Background<Void> caller : callers) {
      caller.join();
    }
    assertThat(served).containsExactly(0, 1, 2, 3, 4);
    assertThat(permits.waiting()).isZero();
  }

  /** Lets one caller wait, and then have a permit and release it. */
  private void serveOne(Permits permits) throws Exception {
    assertThat(permits.tryAcquire()).isTrue();
    try (Background<Boolean> waiting = acquireInBackground(permits)) {
      permits.release();
      assertThat(waiting.join()).isTrue();
      permits.release();
    }
  }

  @Test
  void a_moment_after_one_was_served_others_may_be_passed_and_then_no_more() throws Exception {
    AtomicLong nanos = new AtomicLong();
    boolean passed = false;
    // One that waits may be as fast as one that passes, but not each time.
    for (int round = 0; round < 50 && !passed; round++) {
      Permits permits = new Permits(1, nanos::get);
      serveOne(permits);
      nanos.addAndGet(Permits.PASSING.toNanos() - 1);
      assertThat(permits.tryAcquire()).isTrue();
      try (Background<Boolean> waiting = acquireInBackground(permits)) {
        permits.release();
        passed = permits.tryAcquire();
        if (passed) {
          nanos.incrementAndGet();
          permits.release();
          assertThat(permits.tryAcquire()).isFalse();
        }
        assertThat(waiting.join()).isTrue();
      }
    }
    assertThat(passed).isTrue();
  }

  @Test
  void callers_that_never_stop_do_not_starve_one_that_waits() throws Exception {
    Permits permits = new Permits(1);
    AtomicBoolean over = new AtomicBoolean();
    List<Background<Void>> others = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      others.add(
          Background.run(
              () -> {
                while (!over.get()) {
                  if (permits.tryAcquire() || permits.acquire(FAR)) {
                    permits.release();
                  }
                }
                return null;
              }));
    }
    for (int i = 0; i < 200; i++) {
      assertThat(permits.acquire(FAR)).isTrue();
      permits.release();
    }
    over.set(true);
    for (Background<Void> other : others) {
      other.join();
    }
    assertThat(permits.waiting()).isZero();
    assertThat(permits.tryAcquire()).isTrue();
  }

  @Test
  void no_caller_passes_the_first_that_waits() throws Exception {
    Permits permits = new Permits(1);
    assertThat(permits.tryAcquire()).isTrue();
    try (Background<Boolean> waiting = acquireInBackground(permits)) {
      assertThat(permits.tryAcquire()).isFalse();
      permits.release();
      assertThat(waiting.join()).isTrue();
    }
  }

  @Test
  void a_wait_ends_with_the_deadline_and_costs_no_permit() throws Exception {
    Permits permits = new Permits(1);
    assertThat(permits.tryAcquire()).isTrue();
    for (int i = 0; i < 3; i++) {
      assertThat(permits.acquire(soon())).isFalse();
    }
    permits.release();
    assertThat(permits.tryAcquire()).isTrue();
    assertThat(permits.tryAcquire()).isFalse();
  }

  @Test
  void a_deadline_that_has_passed_takes_a_permit_that_is_free() throws Exception {
    Permits permits = new Permits(1);
    assertThat(permits.acquire(Deadline.after(Duration.ZERO))).isTrue();
    assertThat(permits.acquire(Deadline.after(Duration.ZERO))).isFalse();
  }

  @Test
  void an_interrupted_wait_costs_no_permit() throws Exception {
    Permits permits = new Permits(1);
    assertThat(permits.tryAcquire()).isTrue();
    try (Background<Boolean> waiting = acquireInBackground(permits);
        Background<Boolean> next = acquireInBackground(permits)) {
      waiting.thread().interrupt();
      assertThatThrownBy(waiting::join).isInstanceOf(InterruptedException.class);
      permits.release();
      assertThat(next.join()).isTrue();
    }
    assertThat(permits.tryAcquire()).isFalse();
  }

  @Test
  void no_permit_is_lost_or_gained_when_many_come_and_give_up() throws Exception {
    Permits permits = new Permits(3);
    List<Background<Void>> callers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      callers.add(
          Background.run(
              () -> {
                for (int n = 0; n < 200; n++) {
                  if (permits.acquire(Deadline.after(Duration.ofNanos(n * 1_000L)))) {
                    Thread.onSpinWait();
                    permits.release();
                  }
                }
                return null;
              }));
    }
    for (Background<Void> caller : callers) {
      caller.join();
    }
    assertThat(permits.waiting()).isZero();
    for (int i = 0; i < 3; i++) {
      assertThat(permits.tryAcquire()).isTrue();
    }
    assertThat(permits.tryAcquire()).isFalse();
  }

  @Test
  void the_end_lets_every_caller_through_once_and_for_all() throws Exception {
    Permits permits = new Permits(1);
    assertThat(permits.tryAcquire()).isTrue();
    try (Background<Boolean> one = acquireInBackground(permits);
        Background<Boolean> other = acquireInBackground(permits)) {
      permits.end();
      permits.end();
      assertThat(one.join()).isTrue();
      assertThat(other.join()).isTrue();
    }
    assertThat(permits.waiting()).isZero();
    assertThat(permits.acquire(soon())).isTrue();
    permits.release();
    assertThat(permits.tryAcquire()).isTrue();
  }
}
