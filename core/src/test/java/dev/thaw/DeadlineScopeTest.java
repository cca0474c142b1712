package dev.thaw;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The deadline in force for a thread. */
class DeadlineScopeTest {
  private final AtomicLong nanos = new AtomicLong();

  @AfterEach
  void none_is_left() {
    assertThat(Deadline.current()).isEmpty();
  }

  private Deadline seconds(int count) {
    return Deadline.after(Duration.ofSeconds(count), nanos::get);
  }

  private static Duration remaining() {
    return Deadline.current().orElseThrow().remaining();
  }

  @Test
  void it_is_in_force_until_the_scope_is_closed() {
    assertThat(Deadline.current()).isEmpty();
    Deadline.Scope scope = seconds(3).enter();
    assertThat(remaining()).isEqualTo(Duration.ofSeconds(3));
    nanos.addAndGet(1_000_000_000L);
    assertThat(remaining()).isEqualTo(Duration.ofSeconds(2));
    scope.close();
    assertThat(Deadline.current()).isEmpty();
  }

  @Test
  void the_earlier_of_two_counts() {
    try (Deadline.Scope outer = seconds(3).enter()) {
      try (Deadline.Scope inner = seconds(2).enter()) {
        assertThat(remaining()).isEqualTo(Duration.ofSeconds(2));
        assertThat(inner).isNotSameAs(outer);
      }
      assertThat(remaining()).isEqualTo(Duration.ofSeconds(3));
      try (Deadline.Scope inner = seconds(9).enter()) {
        assertThat(remaining()).isEqualTo(Duration.ofSeconds(3));
        assertThat(inner).isNotSameAs(outer);
      }
    }
  }

  @Test
  void scopes_may_be_closed_in_any_order() {
    Deadline.Scope outer = seconds(2).enter();
    Deadline.Scope middle = seconds(3).enter();
    Deadline.Scope inner = seconds(1).enter();
    middle.close();
    assertThat(remaining()).isEqualTo(Duration.ofSeconds(1));
    outer.close();
    assertThat(remaining()).isEqualTo(Duration.ofSeconds(1));
    inner.close();
    assertThat(Deadline.current()).isEmpty();
    inner.close();
  }

  @Test
  void another_thread_has_none_and_may_close_a_scope() {
    Deadline.Scope scope = seconds(3).enter();
    CompletableFuture<Boolean> elsewhere =
        CompletableFuture.supplyAsync(
            () -> {
              boolean none = Deadline.current().isEmpty();
              scope.close();
              return none;
            });
    assertThat(elsewhere.join()).isTrue();
    assertThat(Deadline.current()).isEmpty();
  }

  @Test
  void a_reserve_is_that_of_each() {
    Deadline invocation = seconds(10).withReserve(Duration.ofSeconds(4));
    assertThat(invocation.minimum(seconds(7)).remaining()).isEqualTo(Duration.ofSeconds(6));
    assertThat(seconds(5).minimum(invocation).remaining()).isEqualTo(Duration.ofSeconds(5));
  }
}
