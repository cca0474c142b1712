package dev.thaw.internal.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.thaw.fixture.Background;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a connection ends, and how an end is noticed without asking the peer. */
class ChannelSocketEndTest {
  private SocketPair pair;
  private ChannelSocket socket;

  @BeforeEach
  void connect() throws IOException {
    pair = SocketPair.open();
    socket = pair.socket();
  }

  @AfterEach
  void close() throws IOException {
    pair.close();
  }

  private Background<Integer> readInBackground() {
    return Background.run(() -> socket.getInputStream().read())
        .awaitInside(ChannelSocket.class, "await");
  }

  @Test
  void an_idle_connection_is_quiet_and_stays_usable_however_often_it_is_asked() throws IOException {
    for (int i = 0; i < 1_000; i++) {
      assertThat(socket.isQuiet()).isTrue();
    }
    pair.say("x");
    assertThat(socket.getInputStream().read()).isEqualTo('x');
    socket.getOutputStream().write('y');
    assertThat(pair.peer().getInputStream().read()).isEqualTo('y');
    assertThat(socket.isQuiet()).isTrue();
  }

  @Test
  void a_connection_that_the_peer_has_closed_is_not_quiet() throws IOException {
    pair.peer().close();
    await().atMost(Background.LONG).until(() -> !socket.isQuiet());
    assertThat(socket.isQuiet()).isFalse();
  }

  @Test
  void a_connection_that_the_peer_has_half_closed_is_not_quiet() throws IOException {
    pair.peer().shutdownOutput();
    await().atMost(Background.LONG).until(() -> !socket.isQuiet());
  }

  @Test
  void a_connection_that_the_peer_has_reset_is_not_quiet() throws IOException {
    pair.peer().setSoLinger(true, 0);
    pair.peer().close();
    await().atMost(Background.LONG).until(() -> !socket.isQuiet());
  }

  @Test
  void a_connection_on_which_the_peer_speaks_unasked_is_not_quiet() throws IOException {
    pair.say("x");
    await().atMost(Background.LONG).until(() -> !socket.isQuiet());
  }

  @Test
  void an_abort_from_another_thread_ends_a_read() throws Exception {
    try (Background<Integer> read = readInBackground()) {
      socket.abort();
      assertThat(read.failure()).isInstanceOf(SocketException.class).hasMessage("Socket closed");
    }
    assertThat(socket.isQuiet()).isFalse();
    assertThat(pair.peer().getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void an_abort_from_another_thread_ends_a_write() throws Exception {
    try (Background<Void> write =
        Background.run(
            () -> {
              OutputStream out = socket.getOutputStream();
              while (true) {
                out.write(new byte[1 << 20]);
              }
            })) {
      write.awaitInside(ChannelSocket.class, "await");
      socket.abort();
      assertThat(write.failure()).isInstanceOf(SocketException.class).hasMessage("Socket closed");
    }
  }

  @Test
  void an_abort_is_harmless_when_it_comes_twice_or_from_many() throws Exception {
    try (Background<Integer> read = readInBackground();
        Background<Void> one = Background.run(this::abort);
        Background<Void> other = Background.run(this::abort)) {
      one.join();
      other.join();
      assertThat(read.failure()).isInstanceOf(SocketException.class);
    }
    socket.abort();
    assertThat(socket.isClosed()).isTrue();
  }

  private Void abort() {
    socket.abort();
    return null;
  }

  @Test
  void nobody_waits_once_waiting_is_stopped() throws Exception {
    try (Background<Integer> read = readInBackground()) {
      socket.stopWaiting();
      assertThat(read.failure()).isInstanceOf(SocketException.class);
    }
    assertThat(socket.getInputStream().read()).isEqualTo(-1);
    assertThat(socket.isQuiet()).isFalse();
    assertThat(socket.isClosed()).isFalse();
  }

  @Test
  void what_the_kernel_takes_at_once_is_still_sent_when_waiting_is_stopped() throws IOException {
    socket.stopWaiting();
    socket.getOutputStream().write("bye".getBytes(US_ASCII));
    assertThat(pair.peer().getInputStream().readNBytes(3)).containsExactly('b', 'y', 'e');
  }

  @Test
  void a_write_that_the_kernel_does_not_take_ends_when_waiting_is_stopped() throws Exception {
    socket.stopWaiting();
    try (Background<Void> write =
        Background.run(
            () -> {
              socket.getOutputStream().write(new byte[64 << 20]);
              return null;
            })) {
      write.join();
    }
  }

  @Test
  void an_interrupt_does_not_end_a_read_of_a_connection_in_use_and_is_kept() throws Exception {
    socket.interruptible(false);
    try (Background<Boolean> read =
        Background.run(
            () -> {
              assertThat(socket.getInputStream().read()).isEqualTo('x');
              return Thread.currentThread().isInterrupted();
            })) {
      read.awaitInside(ChannelSocket.class, "await");
      for (int i = 0; i < 3; i++) {
        read.thread().interrupt();
        // While it waits on, the flag is not set: a selector would return at once each time.
        await().atMost(Background.LONG).until(() -> !read.thread().isInterrupted());
        read.awaitInside(ChannelSocket.class, "await");
      }
      pair.say("x");
      assertThat(read.join()).isTrue();
    }
    assertThat(socket.isQuiet()).isTrue();
  }

  @Test
  void an_interrupt_from_before_does_not_end_a_read_of_a_connection_in_use() throws Exception {
    socket.interruptible(false);
    try (Background<Boolean> read =
        Background.run(
            () -> {
              Thread.currentThread().interrupt();
              assertThat(socket.getInputStream().read()).isEqualTo('x');
              return Thread.currentThread().isInterrupted();
            })) {
      read.awaitInside(ChannelSocket.class, "await");
      await().atMost(Background.LONG).until(() -> !read.thread().isInterrupted());
      pair.say("x");
      assertThat(read.join()).isTrue();
    }
  }

  @Test
  void an_interrupt_ends_a_read_while_connecting_for_good() throws Exception {
    try (Background<Boolean> read =
        Background.run(
            () -> {
              assertThat(failureOfRead())
                  .isInstanceOf(InterruptedIOException.class)
                  .hasMessage("Interrupted: read");
              return Thread.currentThread().isInterrupted();
            })) {
      read.awaitInside(ChannelSocket.class, "await");
      read.thread().interrupt();
      assertThat(read.join()).isTrue();
    }
    assertThat(socket.getInputStream().read()).isEqualTo(-1);
  }

  private IOException failureOfRead() {
    try {
      throw new AssertionError("Read " + socket.getInputStream().read());
    } catch (IOException e) {
      return e;
    }
  }
}
