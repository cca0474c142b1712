package dev.thaw.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class CausesTest {
  private final UnknownHostException host = new UnknownHostException("db.example");
  private final IOException io = new IOException("no connection", host);
  private final IllegalStateException outermost = new IllegalStateException("failed", io);

  @Test
  void the_first_of_a_type_is_found_at_any_depth() {
    assertThat(Causes.find(outermost, IllegalStateException.class)).isSameAs(outermost);
    assertThat(Causes.find(outermost, IOException.class)).isSameAs(io);
    assertThat(Causes.find(outermost, UnknownHostException.class)).isSameAs(host);
    assertThat(Causes.include(outermost, UnknownHostException.class)).isTrue();
  }

  @Test
  void what_is_not_among_them_is_not_found() {
    assertThat(Causes.find(outermost, InterruptedException.class)).isNull();
    assertThat(Causes.include(outermost, InterruptedException.class)).isFalse();
  }

  @Test
  void the_root_is_the_last_cause_or_the_exception_itself() {
    assertThat(Causes.root(outermost)).isSameAs(host);
    assertThat(Causes.root(host)).isSameAs(host);
  }

  @Test
  void the_chain_lists_them_outermost_first() {
    assertThat(Causes.chain(outermost)).containsExactly(outermost, io, host);
    assertThat(Causes.chain(null)).isEmpty();
  }

  @Test
  void a_circle_of_causes_ends() {
    IOException one = new IOException("one");
    one.initCause(new IOException("other", one));
    assertThat(Causes.include(one, InterruptedException.class)).isFalse();
    assertThat(Causes.root(one)).isInstanceOf(IOException.class);
  }
}
