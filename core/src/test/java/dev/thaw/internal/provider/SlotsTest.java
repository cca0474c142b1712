package dev.thaw.internal.provider;

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

class SlotsTest {
  private static final Deadline FAR = Deadline.after(Background.LONG);

  private static Deadline soon() {
    return Deadline.after(Duration.ofMillis(20));
  }

  private Background<Boolean> acquireInBackground(Slots slots) {
    int before = slots.waiting();
    Background<Boolean> waiting = Background.run(() -> slots.acquire(FAR));
    await().atMost(Background.LONG).until(() -> slots.waiting() == before + 1);
    return waiting;
  }

  @Test
  void there_are_as_many_as_there_are() {
    Slots slots = new Slots(2);
    assertThat(slots.tryAcquire()).isTrue();
    assertThat(slots.tryAcquire()).isTrue();
    assertThat(slots.tryAcquire()).isFalse();
    slots.release();
    assertThat(slots.tryAcquire()).isTrue();
  }

  @Test
  void those_who_wait_are_served_in_their_order() throws Exception {
    Slots slots = new Slots(1);
    assertThat(slots.tryAcquire()).isTrue();
    List<Integer> served = new CopyOnWriteArrayList<>();
    List<Background<Void>> callers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int caller = i;
      callers.add(
          Background.run(
              () -> {
                assertThat(slots.acquire(FAR)).isTrue();
                served.add(caller);
                slots.release();
                return null;
              }));
      await().atMost(Background.LONG).until(() -> slots.waiting() == caller + 1);
    }
    slots.release();
    for (Background<Void> caller : callers) {
      caller.join();
    }
    assertThat(served).containsExactly(0, 1, 2, 3, 4);
    assertThat(slots.waiting()).isZero();
  }

  /** Lets one caller wait, and then have a slot and give it back. */
  private void serveOne(Slots slots) throws Exception {
    assertThat(slots.tryAcquire()).isTrue();
    try (Background<Boolean> waiting = acquireInBackground(slots)) {
      slots.release();
      assertThat(waiting.join()).isTrue();
      slots.release();
    }
  }

  @Test
  void a_moment_after_one_was_served_others_may_be_passed_and_then_no_more() throws Exception {
    AtomicLong nanos = new AtomicLong();
    boolean passed = false;
    // Who waits may be as fast as who passes, but not each time.
    for (int round = 0; round < 50 && !passed; round++) {
      Slots slots = new Slots(1, nanos::get);
      serveOne(slots);
      nanos.addAndGet(Slots.PASSING.toNanos() - 1);
      assertThat(slots.tryAcquire()).isTrue();
      try (Background<Boolean> waiting = acquireInBackground(slots)) {
        slots.release();
        passed = slots.tryAcquire();
        if (passed) {
          nanos.incrementAndGet();
          slots.release();
          assertThat(slots.tryAcquire()).isFalse();
        }
        assertThat(waiting.join()).isTrue();
      }
    }
    assertThat(passed).isTrue();
  }

  @Test
  void callers_that_never_stop_do_not_starve_one_that_waits() throws Exception {
    Slots slots = new Slots(1);
    AtomicBoolean over = new AtomicBoolean();
    List<Background<Void>> others = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      others.add(
          Background.run(
              () -> {
                while (!over.get()) {
                  if (slots.tryAcquire() || slots.acquire(FAR)) {
                    slots.release();
                  }
                }
                return null;
              }));
    }
    for (int i = 0; i < 200; i++) {
      assertThat(slots.acquire(FAR)).isTrue();
      slots.release();
    }
    over.set(true);
    for (Background<Void> other : others) {
      other.join();
    }
    assertThat(slots.waiting()).isZero();
    assertThat(slots.taken()).isZero();
  }

  @Test
  void nobody_gets_past_the_first_who_waits() throws Exception {
    Slots slots = new Slots(1);
    assertThat(slots.tryAcquire()).isTrue();
    try (Background<Boolean> waiting = acquireInBackground(slots)) {
      assertThat(slots.tryAcquire()).isFalse();
      slots.release();
      assertThat(waiting.join()).isTrue();
    }
  }

  @Test
  void a_wait_ends_with_the_deadline_and_costs_no_slot() throws Exception {
    Slots slots = new Slots(1);
    assertThat(slots.tryAcquire()).isTrue();
    for (int i = 0; i < 3; i++) {
      assertThat(slots.acquire(soon())).isFalse();
    }
    slots.release();
    assertThat(slots.tryAcquire()).isTrue();
    assertThat(slots.tryAcquire()).isFalse();
  }

  @Test
  void a_deadline_that_has_passed_takes_a_slot_that_is_free() throws Exception {
    Slots slots = new Slots(1);
    assertThat(slots.acquire(Deadline.after(Duration.ZERO))).isTrue();
    assertThat(slots.acquire(Deadline.after(Duration.ZERO))).isFalse();
  }

  @Test
  void an_interrupted_wait_costs_no_slot() throws Exception {
    Slots slots = new Slots(1);
    assertThat(slots.tryAcquire()).isTrue();
    try (Background<Boolean> waiting = acquireInBackground(slots);
        Background<Boolean> next = acquireInBackground(slots)) {
      waiting.thread().interrupt();
      assertThatThrownBy(waiting::join).isInstanceOf(InterruptedException.class);
      slots.release();
      assertThat(next.join()).isTrue();
    }
    assertThat(slots.tryAcquire()).isFalse();
  }

  @Test
  void no_slot_is_lost_or_gained_when_many_come_and_give_up() throws Exception {
    Slots slots = new Slots(3);
    List<Background<Void>> callers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      callers.add(
          Background.run(
              () -> {
                for (int n = 0; n < 200; n++) {
                  if (slots.acquire(Deadline.after(Duration.ofNanos(n * 1_000L)))) {
                    Thread.onSpinWait();
                    slots.release();
                  }
                }
                return null;
              }));
    }
    for (Background<Void> caller : callers) {
      caller.join();
    }
    assertThat(slots.waiting()).isZero();
    for (int i = 0; i < 3; i++) {
      assertThat(slots.tryAcquire()).isTrue();
    }
    assertThat(slots.tryAcquire()).isFalse();
  }

  @Test
  void the_end_lets_everybody_through_once_and_for_all() throws Exception {
    Slots slots = new Slots(1);
    assertThat(slots.tryAcquire()).isTrue();
    try (Background<Boolean> one = acquireInBackground(slots);
        Background<Boolean> other = acquireInBackground(slots)) {
      slots.end();
      slots.end();
      assertThat(one.join()).isTrue();
      assertThat(other.join()).isTrue();
    }
    assertThat(slots.waiting()).isZero();
    assertThat(slots.acquire(soon())).isTrue();
    slots.release();
    assertThat(slots.tryAcquire()).isTrue();
  }
}
