package dev.thaw.internal.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.thaw.fixture.Background;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How a connection ends, and how an end is noticed without asking the peer. */
class ChannelSocketEndTest extends ConnectedSockets {
  @Test
  void the_peer_of_an_idle_connection_is_open_however_often_it_is_asked() throws IOException {
    for (int i = 0; i < 1_000; i++) {
      assertThat(socket.isPeerOpen()).isTrue();
    }
    pair.say("x");
    assertThat(socket.getInputStream().read()).isEqualTo('x');
    socket.getOutputStream().write('y');
    assertThat(pair.peer().getInputStream().read()).isEqualTo('y');
    assertThat(socket.isPeerOpen()).isTrue();
  }

  @Test
  void a_peer_that_has_closed_the_connection_is_not_open() throws IOException {
    pair.peer().close();
    await().atMost(Background.LONG).until(() -> !socket.isPeerOpen());
    assertThat(socket.isPeerOpen()).isFalse();
  }

  @Test
  void a_peer_that_has_half_closed_the_connection_is_not_open() throws IOException {
    pair.peer().shutdownOutput();
    await().atMost(Background.LONG).until(() -> !socket.isPeerOpen());
  }

  @Test
  void a_peer_that_has_reset_the_connection_is_not_open() throws IOException {
    pair.peer().setSoLinger(true, 0);
    pair.peer().close();
    await().atMost(Background.LONG).until(() -> !socket.isPeerOpen());
  }

  @Test
  void a_peer_that_speaks_unasked_does_not_count_as_open() throws IOException {
    pair.say("x");
    await().atMost(Background.LONG).until(() -> !socket.isPeerOpen());
  }

  @Test
  void an_abort_from_another_thread_ends_a_read() throws Exception {
    try (Background<Integer> read = readInBackground()) {
      socket.abort();
      assertThat(read.failure()).isInstanceOf(SocketException.class).hasMessage("Socket closed");
    }
    assertThat(socket.isPeerOpen()).isFalse();
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
      SocketPair.awaitWaiting(socket);
      socket.abort();
      assertThat(write.failure()).isInstanceOf(SocketException.class).hasMessage("Socket closed");
    }
  }

  @Test
  void an_abort_is_harmless_when_it_comes_twice_or_from_many() throws Exception {
    try (Background<Integer> read = readInBackground();
        Background<Void> one = Background.perform(socket::abort);
        Background<Void> other = Background.perform(socket::abort)) {
      one.join();
      other.join();
      assertThat(read.failure()).isInstanceOf(SocketException.class);
    }
    socket.abort();
    assertThat(socket.isClosed()).isTrue();
  }

  @Test
  void no_thread_waits_once_waiting_is_stopped() throws Exception {
    try (Background<Integer> read = readInBackground()) {
      socket.stopWaiting();
      assertThat(read.failure()).isInstanceOf(SocketException.class);
    }
    assertThat(socket.getInputStream().read()).isEqualTo(-1);
    assertThat(socket.isPeerOpen()).isFalse();
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
        Background.perform(() -> socket.getOutputStream().write(new byte[64 << 20]))) {
      write.join();
    }
  }

  @Test
  void what_has_arrived_is_not_read_any_more_when_waiting_is_stopped() throws IOException {
    pair.say("x");
    await().atMost(Background.LONG).until(() -> socket.getInputStream().read() == 'x');
    pair.say("y");
    socket.stopWaiting();
    assertThat(socket.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void the_action_for_the_close_runs_once_on_the_thread_that_closes() throws Exception {
    List<Thread> closedBy = new CopyOnWriteArrayList<>();
    socket.onClose(() -> closedBy.add(Thread.currentThread()));
    try (Background<Integer> read = readInBackground();
        Background<Void> closing = Background.perform(socket::abort)) {
      closing.join();
      assertThat(read.failure()).isInstanceOf(SocketException.class);
      socket.abort();
      socket.close();
      assertThat(closedBy).containsExactly(closing.thread());
    }
  }

  @Test
  void many_threads_that_close_run_the_action_once() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    socket.onClose(runs::incrementAndGet);
    try (Background<Void> one = Background.perform(socket::abort);
        Background<Void> other = Background.perform(socket::abort)) {
      socket.close();
      one.join();
      other.join();
    }
    assertThat(runs).hasValue(1);
  }

  @Test
  void the_action_for_the_close_runs_at_once_if_that_has_been() {
    AtomicInteger runs = new AtomicInteger();
    socket.abort();
    socket.onClose(runs::incrementAndGet);
    assertThat(runs).hasValue(1);
  }

  @Test
  void a_later_action_for_the_close_replaces_the_one_before() throws IOException {
    AtomicInteger first = new AtomicInteger();
    AtomicInteger second = new AtomicInteger();
    socket.onClose(first::incrementAndGet);
    socket.onClose(second::incrementAndGet);
    socket.close();
    assertThat(first).hasValue(0);
    assertThat(second).hasValue(1);
  }

  @Test
  void an_action_that_fails_does_not_disturb_the_close() throws IOException {
    socket.onClose(
        () -> {
          throw new IllegalStateException("broken action");
        });
    socket.close();
    assertThat(socket.isClosed()).isTrue();
    assertThat(pair.peer().getInputStream().read()).isEqualTo(-1);
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
      SocketPair.awaitWaiting(socket);
      for (int i = 0; i < 3; i++) {
        read.thread().interrupt();
        // While it waits on, the flag is not set: a selector would return at once each time.
        await().atMost(Background.LONG).until(() -> !read.thread().isInterrupted());
        SocketPair.awaitWaiting(socket);
      }
      pair.say("x");
      assertThat(read.join()).isTrue();
    }
    assertThat(socket.isPeerOpen()).isTrue();
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
      SocketPair.awaitWaiting(socket);
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
      SocketPair.awaitWaiting(socket);
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
