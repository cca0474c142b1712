package dev.thaw.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.Deadline;
import dev.thaw.fixture.Background;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A last message that another thread sends while the first one uses the connection. */
class ChannelSocketThreadsTest extends ConnectedSockets {
  private static final byte[] QUIT = {1, 0, 0, 0, 1};

  @Test
  void is_sent_while_the_other_thread_goes_on_waiting() throws Exception {
    try (Background<Integer> read = readInBackground()) {
      socket.getOutputStream().write(QUIT);
      assertThat(pair.peer().getInputStream().readNBytes(QUIT.length)).isEqualTo(QUIT);
      assertThat(socket.isWaiting()).isTrue();
      pair.say("x");
      assertThat(read.join()).isEqualTo('x');
    }
  }

  @Test
  void is_sent_after_the_waiting_was_stopped() throws Exception {
    try (Background<Integer> read = readInBackground()) {
      socket.stopWaiting();
      socket.getOutputStream().write(QUIT);
      assertThat(read.failure()).isInstanceOf(SocketException.class).hasMessage("Socket closed");
    }
    socket.abort();
    assertThat(pair.peer().getInputStream().readAllBytes()).isEqualTo(QUIT);
  }

  @Test
  void is_given_up_rather_than_waited_for_when_the_kernel_is_full() throws Exception {
    try (Background<Integer> read = readInBackground()) {
      assertThatThrownBy(() -> socket.getOutputStream().write(new byte[64 << 20]))
          .isInstanceOf(SocketException.class)
          .hasMessage("Another thread waits on this connection");
      pair.say("x");
      assertThat(read.join()).isEqualTo('x');
    }
  }

  @Test
  void does_not_go_into_the_middle_of_another_message() throws Exception {
    byte[] message = new byte[16 << 20];
    try (Background<Void> write =
        Background.perform(() -> socket.getOutputStream().write(message))) {
      SocketPair.awaitWaiting(socket);
      assertThatThrownBy(() -> socket.getOutputStream().write(QUIT))
          .isInstanceOf(SocketException.class)
          .hasMessage("Another thread is sending on this connection");
      assertThat(pair.peer().getInputStream().readNBytes(message.length)).isEqualTo(message);
      write.join();
    }
    socket.close();
    assertThat(pair.peer().getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void is_not_sent_after_the_deadline() throws Exception {
    try (Background<Integer> read = readInBackground()) {
      socket.deadline(Deadline.after(Duration.ZERO));
      assertThatThrownBy(() -> socket.getOutputStream().write(QUIT))
          .isInstanceOf(SocketTimeoutException.class);
      socket.abort();
      assertThat(read.failure()).isInstanceOf(SocketException.class);
    }
    assertThat(pair.peer().getInputStream().read()).isEqualTo(-1);
  }
}
