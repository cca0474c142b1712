package dev.thaw.internal.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerThreadTest {
  private static final ServerThread FIRST = new ServerThread("db-1", 10, 1_000);

  private static boolean areTogether(ServerThread other) {
    boolean together = FIRST.isAtServerOf(other);
    assertThat(other.isAtServerOf(FIRST)).isEqualTo(together);
    return together;
  }

  @Test
  void a_later_connection_with_a_higher_id_is_at_the_same_server() {
    assertThat(areTogether(new ServerThread("db-1", 11, 1_001))).isTrue();
    assertThat(areTogether(new ServerThread("db-1", 9, 999))).isTrue();
  }

  @Test
  void a_later_connection_with_a_lower_id_shows_that_the_server_was_started_anew() {
    assertThat(areTogether(new ServerThread("db-1", 9, 1_001))).isFalse();
    assertThat(areTogether(new ServerThread("db-1", 11, 999))).isFalse();
  }

  @Test
  void the_same_id_at_another_time_is_another_run_of_the_server() {
    assertThat(areTogether(new ServerThread("db-1", 10, 2_000))).isFalse();
    assertThat(areTogether(new ServerThread("db-1", 10, 1_000))).isTrue();
  }

  @Test
  void another_host_is_another_server() {
    assertThat(areTogether(new ServerThread("db-2", 11, 1_001))).isFalse();
  }

  @Test
  void the_monotonic_clock_may_be_negative() {
    assertThat(new ServerThread("a", 1, -5).isAtServerOf(new ServerThread("a", 2, 5))).isTrue();
  }
}
