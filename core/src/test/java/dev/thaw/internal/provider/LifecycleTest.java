package dev.thaw.internal.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.RetireReason;
import dev.thaw.fixture.Background;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;

class LifecycleTest {
  private final Lifecycle lifecycle = new Lifecycle("orders");

  @Test
  void connections_can_be_had_at_first() throws SQLException {
    lifecycle.requireUsable();
    lifecycle.requireUsable(lifecycle.generation());
    assertThat(lifecycle.isUsable(lifecycle.generation())).isTrue();
    assertThat(lifecycle.isClosed()).isFalse();
  }

  @Test
  void none_can_be_had_while_a_snapshot_is_taken() throws SQLException {
    lifecycle.suspend();
    assertThat(lifecycle.isUsable(lifecycle.generation())).isFalse();
    assertThat(lifecycle.reason(lifecycle.generation())).isEqualTo(RetireReason.CHECKPOINT);
    assertThatThrownBy(lifecycle::requireUsable)
        .isInstanceOf(SQLTransientConnectionException.class)
        .hasMessageStartingWith("orders - A snapshot of the process is being taken");
    lifecycle.resume();
    lifecycle.requireUsable();
  }

  @Test
  void a_connection_of_before_a_snapshot_is_known_after_it() throws SQLException {
    long before = lifecycle.generation();
    assertThat(lifecycle.isUsable(before)).isTrue();
    lifecycle.suspend();
    lifecycle.resume();
    assertThat(lifecycle.isUsable(before)).isFalse();
    assertThatThrownBy(() -> lifecycle.requireUsable(before))
        .isInstanceOf(SQLTransientConnectionException.class);
    lifecycle.requireUsable(lifecycle.generation());
  }

  @Test
  void a_close_of_another_thread_can_be_waited_for() throws Exception {
    assertThat(lifecycle.close()).isTrue();
    assertThat(lifecycle.awaitReleased(0)).as("still closing").isFalse();
    lifecycle.released();
    assertThat(lifecycle.awaitReleased(0)).isTrue();
  }

  @Test
  void the_end_is_the_end() {
    assertThat(lifecycle.close()).isTrue();
    assertThat(lifecycle.close()).isFalse();
    lifecycle.resume();
    assertThat(lifecycle.isUsable(lifecycle.generation())).isFalse();
    assertThat(lifecycle.reason(lifecycle.generation())).isEqualTo(RetireReason.PROVIDER_CLOSED);
    assertThatThrownBy(lifecycle::requireUsable)
        .isInstanceOf(SQLNonTransientConnectionException.class)
        .hasMessage("orders - The connection provider is closed");
  }

  @Test
  void a_wait_ends_with_the_end() throws Exception {
    try (Background<Void> waiting =
        Background.perform(() -> lifecycle.awaitClosed(Background.LONG.toMillis()))) {
      lifecycle.close();
      waiting.join();
    }
  }
}
