package dev.thaw.internal.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServerThreadTest {
  private final ServerThread thread = new ServerThread(7, 40_001, "tag");

  private boolean isTagged(@Nullable String client, @Nullable String tag) {
    return thread.isOf(
        new ServerThread.Known(client, tag), new ServerThread.Known("10.0.0.1:1", "own"));
  }

  private boolean isUntagged(@Nullable String client, @Nullable String asking) {
    return thread.isOf(new ServerThread.Known(client, null), new ServerThread.Known(asking, null));
  }

  @Test
  void it_is_known_by_its_tag_no_matter_which_port_the_server_sees() {
    assertThat(isTagged("172.17.0.1:50001", "tag")).isTrue();
    assertThat(isTagged(null, "tag")).isTrue();
  }

  @Test
  void a_connection_with_another_tag_or_none_is_another_even_with_its_port() {
    assertThat(isTagged("10.0.0.1:40001", "other")).isFalse();
    assertThat(isTagged("10.0.0.1:40001", "")).isFalse();
    assertThat(isTagged("10.0.0.1:40001", null)).isFalse();
  }

  @Test
  void where_the_server_keeps_no_tags_it_is_known_by_the_address_and_port_of_this_side() {
    assertThat(isUntagged("10.0.0.1:40001", "10.0.0.1:40777")).isTrue();
    assertThat(isUntagged("localhost:40001", "localhost:40777")).isTrue();
    assertThat(isUntagged("[fd00::1]:40001", "[fd00::1]:40777")).isTrue();
  }

  @Test
  void a_connection_of_another_client_that_has_its_id_is_another() {
    assertThat(isUntagged("10.0.0.2:40001", "10.0.0.1:40777")).isFalse();
    assertThat(isUntagged("10.0.0.1:40002", "10.0.0.1:40777")).isFalse();
    assertThat(isUntagged("10.0.0.1:140001", "10.0.0.1:40777")).isFalse();
    assertThat(isUntagged("localhost", "localhost")).isFalse();
    assertThat(isUntagged("10.0.0.1:40001", null)).isFalse();
    assertThat(isUntagged(null, null)).isFalse();
  }

  @Test
  void no_two_tags_are_equal() {
    assertThat(ServerThread.newTag()).isNotEqualTo(ServerThread.newTag());
  }
}
