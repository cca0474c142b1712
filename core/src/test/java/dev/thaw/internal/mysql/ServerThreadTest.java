package dev.thaw.internal.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerThreadTest {
  private final ServerThread thread = new ServerThread(7, 40_001, "tag");

  @Test
  void it_is_known_by_its_tag_and_no_matter_which_port_the_server_sees() {
    assertThat(thread.isOf("172.17.0.1:50001", "tag")).isTrue();
    assertThat(thread.isOf(null, "tag")).isTrue();
  }

  @Test
  void a_connection_with_another_tag_is_another_even_with_its_port() {
    assertThat(thread.isOf("10.0.0.1:40001", "other")).isFalse();
    assertThat(thread.isOf("10.0.0.1:40001", "")).isFalse();
  }

  @Test
  void where_the_server_keeps_no_tags_it_is_known_by_the_port_of_this_side() {
    assertThat(thread.isOf("10.0.0.1:40001", null)).isTrue();
    assertThat(thread.isOf("localhost:40001", null)).isTrue();
    assertThat(thread.isOf("[fd00::1]:40001", null)).isTrue();
  }

  @Test
  void a_connection_of_another_client_that_has_its_id_is_another() {
    assertThat(thread.isOf("10.0.0.1:40002", null)).isFalse();
    assertThat(thread.isOf("10.0.0.1:140001", null)).isFalse();
    assertThat(thread.isOf("localhost", null)).isFalse();
    assertThat(thread.isOf(null, null)).isFalse();
  }

  @Test
  void no_two_tags_are_equal() {
    assertThat(ServerThread.newTag()).isNotEqualTo(ServerThread.newTag());
  }
}
