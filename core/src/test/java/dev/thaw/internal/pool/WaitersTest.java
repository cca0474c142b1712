package dev.thaw.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.fixture.Background;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WaitersTest {
  private static final Deadline FAR = Deadline.after(Background.LONG);

  private final Waiters waiters = new Waiters();

  /** As many as there are to take. */
  private final AtomicInteger free = new AtomicInteger();

  private final AtomicInteger looks = new AtomicInteger();

  /** What each look ends with; {@code null} for none. */
  private volatile @Nullable SQLException end;

  private @Nullable Boolean take() throws SQLException {
    looks.incrementAndGet();
    SQLException failure = end;
    if (failure != null) {
      throw failure;
    }
    return free.getAndUpdate(n -> n > 0 ? n - 1 : 0) > 0 ? true : null;
  }

  private void giveBack() {
    free.incrementAndGet();
    waiters.wake();
  }

  /** Waits; returns whether there was something to take. */
  private boolean takes(Deadline deadline) throws SQLException, InterruptedException {
    return waiters.await(deadline, this::take) != null;
  }

  private Background<Boolean> waiting() {
    int before = waiters.waiting();
    Background<Boolean> caller = Background.run(() -> takes(FAR));
    await().atMost(Background.LONG).until(() -> waiters.waiting() == before + 1);
    return caller;
  }

  /** Starts a caller that is the first, and has looked in vain. */
  private Background<Boolean> waitingInVain() {
    Background<Boolean> caller = waiting();
    await().atMost(Background.LONG).until(() -> !waiters.mayPass());
    return caller;
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofMillis(20));
  }

  @Test
  void what_is_there_is_taken_at_once() throws Exception {
    free.set(2);
    assertThat(takes(FAR)).isTrue();
    assertThat(takes(FAR)).isTrue();
    assertThat(free).hasValue(0);
    assertThat(waiters.waiting()).isZero();
  }

  @Test
  void callers_are_served_in_their_order() throws Exception {
    List<Integer> served = new CopyOnWriteArrayList<>();
    List<Background<Void>> callers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int caller = i;
      callers.add(
          Background.perform(
              () -> {
                assertThat(takes(FAR)).isTrue();
                served.add(caller);
                giveBack();
              }));
      await().atMost(Background.LONG).until(() -> waiters.waiting() == caller + 1);
    }
    giveBack();
    Background.joinAll(callers);
    assertThat(served).containsExactly(0, 1, 2, 3, 4);
    assertThat(waiters.waiting()).isZero();
  }

  private void awaitWaiting(int count) {
    await()
        .atMost(Background.LONG)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> waiters.waiting() == count);
  }

  @Test
  void one_that_was_served_and_comes_again_is_behind_those_that_wait() throws Exception {
    // One that waits may be as fast as one that is running, but not each time.
    for (int round = 0; round < 50; round++) {
      List<String> order = new CopyOnWriteArrayList<>();
      try (Background<Boolean> second =
          Background.run(
              () -> {
                awaitWaiting(1);
                return waiters.await(FAR, () -> order.add("second"));
              })) {
        waiters.await(
            FAR,
            () -> {
              awaitWaiting(2);
              return order.add("first");
            });
        waiters.await(FAR, () -> order.add("again"));
        assertThat(second.join()).isTrue();
      }
      assertThat(order).containsExactly("first", "second", "again");
    }
  }

  @Test
  void what_comes_free_just_after_a_look_is_seen() throws Exception {
    Waiters.Look<Boolean> look =
        () -> {
          Boolean taken = take();
          if (taken == null) {
            giveBack();
          }
          return taken;
        };
    assertThat(waiters.await(FAR, look)).isTrue();
    assertThat(looks).hasValue(2);
  }

  @Test
  void only_the_first_looks() throws Exception {
    try (Background<Boolean> first = waitingInVain();
        Background<Boolean> second = waiting()) {
      assertThat(looks).hasValue(1);
      giveBack();
      assertThat(first.join()).isTrue();
      giveBack();
      assertThat(second.join()).isTrue();
    }
  }

  @Test
  void as_many_are_served_as_there_is_to_take_though_it_came_at_once() throws Exception {
    try (Background<Boolean> first = waitingInVain();
        Background<Boolean> second = waiting();
        Background<Boolean> third = waiting()) {
      free.set(2);
      waiters.wake();
      assertThat(first.join()).isTrue();
      assertThat(second.join()).isTrue();
      assertThat(third.isDone()).isFalse();
      giveBack();
      assertThat(third.join()).isTrue();
    }
  }

  @Test
  void no_caller_passes_one_that_has_looked_in_vain() throws Exception {
    assertThat(waiters.mayPass()).isTrue();
    try (Background<Boolean> waiting = waitingInVain()) {
      giveBack();
      assertThat(waiting.join()).isTrue();
    }
    assertThat(waiters.mayPass()).isTrue();
  }

  @Test
  void callers_that_never_stop_do_not_starve_one_that_waits() throws Exception {
    free.set(1);
    AtomicBoolean over = new AtomicBoolean();
    List<Background<Void>> others =
        Background.perform(
            4,
            () -> {
              while (!over.get()) {
                if ((waiters.mayPass() && take() != null) || takes(FAR)) {
                  giveBack();
                }
              }
            });
    for (int i = 0; i < 200; i++) {
      assertThat(takes(FAR)).isTrue();
      giveBack();
    }
    over.set(true);
    Background.joinAll(others);
    assertThat(waiters.waiting()).isZero();
    assertThat(free).hasValue(1);
  }

  @Test
  void a_wait_ends_with_the_deadline_and_leaves_nothing() throws Exception {
    assertThat(takes(soon())).isFalse();
    assertThat(waiters.mayPass()).isTrue();
    assertThat(waiters.waiting()).isZero();
    giveBack();
    assertThat(takes(FAR)).isTrue();
  }

  @Test
  void a_caller_whose_deadline_has_passed_takes_nothing() throws Exception {
    free.set(1);
    assertThat(takes(Deadline.after(Duration.ZERO))).isFalse();
    assertThat(free).hasValue(1);
    assertThat(looks).hasValue(0);
  }

  @Test
  void one_that_gives_up_leaves_the_turn_to_the_next() throws Exception {
    try (Background<Boolean> first = Background.run(() -> takes(soon()))) {
      await().atMost(Background.LONG).until(() -> waiters.waiting() == 1 || first.isDone());
      try (Background<Boolean> second = Background.run(() -> takes(FAR))) {
        assertThat(first.join()).isFalse();
        giveBack();
        assertThat(second.join()).isTrue();
      }
    }
  }

  @Test
  void one_that_waits_behind_others_ends_with_its_deadline() throws Exception {
    try (Background<Boolean> first = waitingInVain()) {
      assertThat(takes(soon())).isFalse();
      assertThat(waiters.waiting()).isOne();
      assertThat(waiters.mayPass()).isFalse();
      giveBack();
      assertThat(first.join()).isTrue();
    }
  }

  @Test
  void an_interrupted_caller_takes_nothing_and_leaves_the_turn_to_the_next() throws Exception {
    try (Background<Boolean> first = waitingInVain();
        Background<Boolean> second = waiting();
        Background<Boolean> third = waiting()) {
      second.thread().interrupt();
      assertThatThrownBy(second::join).isInstanceOf(InterruptedException.class);
      first.thread().interrupt();
      assertThatThrownBy(first::join).isInstanceOf(InterruptedException.class);
      giveBack();
      assertThat(third.join()).isTrue();
    }
    assertThat(free).hasValue(0);
  }

  @Test
  void a_look_that_fails_ends_the_wait_of_each_in_turn() throws Exception {
    try (Background<Boolean> first = waitingInVain();
        Background<Boolean> second = waiting();
        Background<Boolean> third = waiting()) {
      end = new SQLException("closed");
      waiters.wake();
      for (Background<Boolean> caller : List.of(first, second, third)) {
        assertThat(caller.failure()).isSameAs(end);
      }
    }
    assertThat(waiters.waiting()).isZero();
    assertThat(waiters.mayPass()).isTrue();
  }

  /** Lets threads take and give back. */
  private List<Background<Void>> start(int threads, int rounds, Callable<Boolean> taking) {
    return Background.perform(
        threads,
        () -> {
          for (int n = 0; n < rounds; n++) {
            if (taking.call()) {
              giveBack();
            }
          }
        });
  }

  @Test
  void no_wake_up_is_lost() throws Exception {
    free.set(1);
    // The only one comes back while another caller comes, looks, parks or is woken.
    Background.joinAll(
        start(
            3,
            20_000,
            () -> {
              assertThat(takes(FAR)).isTrue();
              return true;
            }));
    assertThat(free).hasValue(1);
    assertThat(waiters.waiting()).isZero();
  }

  @Test
  void nothing_is_lost_or_gained_when_many_come_give_up_and_are_interrupted() throws Exception {
    free.set(3);
    List<Background<Void>> callers = start(12, 5_000, this::takesOrGivesUp);
    while (!callers.stream().allMatch(Background::isDone)) {
      callers.get(ThreadLocalRandom.current().nextInt(callers.size())).thread().interrupt();
      Thread.onSpinWait();
    }
    Background.joinAll(callers);
    assertThat(free).hasValue(3);
    assertThat(waiters.waiting()).isZero();
    assertThat(waiters.mayPass()).isTrue();
  }

  private boolean takesOrGivesUp() throws SQLException {
    int nanos = ThreadLocalRandom.current().nextInt(400_000);
    Deadline deadline = nanos % 2 == 0 ? FAR : Deadline.after(Duration.ofNanos(nanos));
    try {
      boolean taken = (nanos % 3 == 0 && waiters.mayPass() && take() != null) || takes(deadline);
      assertThat(taken || deadline.hasPassed()).isTrue();
      return taken;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
