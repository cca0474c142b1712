package dev.thaw.internal.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerThreadTest {
  private final ServerThread thread = new ServerThread(7, 40_001);

  @Test
  void it_is_known_by_the_port_of_this_side() {
    assertThat(thread.isOf("10.0.0.1:40001")).isTrue();
    assertThat(thread.isOf("localhost:40001")).isTrue();
    assertThat(thread.isOf("[fd00::1]:40001")).isTrue();
  }

  @Test
  void a_connection_of_another_client_that_has_its_id_is_another() {
    assertThat(thread.isOf("10.0.0.1:40002")).isFalse();
    assertThat(thread.isOf("10.0.0.1:140001")).isFalse();
    assertThat(thread.isOf("localhost")).isFalse();
    assertThat(thread.isOf(null)).isFalse();
  }
}
