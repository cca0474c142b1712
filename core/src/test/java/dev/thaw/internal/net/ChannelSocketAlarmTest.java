package dev.thaw.internal.net;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.Deadline;
import dev.thaw.fixture.Background;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a read does that still waits at a given time. */
class ChannelSocketAlarmTest extends ConnectedSockets {
  private final List<Thread> rungOn = new ArrayList<>();

  @BeforeEach
  void setDeadline() {
    socket.deadline(Deadline.after(Background.LONG).withReserve(ZERO));
  }

  private static long in(Duration time) {
    return System.nanoTime() + time.toNanos();
  }

  private void ring() {
    rungOn.add(Thread.currentThread());
  }

  private void ringAndAnswer() {
    ring();
    // The peer could be asked to over another connection; no lock of this one is held.
    assertThat(socket.isWaiting()).isFalse();
    try {
      pair.say("x");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void rings_once_on_the_waiting_thread_which_then_reads_on() throws IOException {
    long when = in(ofMillis(30));
    socket.alarm(when, this::ringAndAnswer);
    assertThat(socket.getInputStream().read()).isEqualTo('x');
    assertThat(System.nanoTime() - when).isNotNegative();
    assertThat(rungOn).containsExactly(Thread.currentThread());
    pair.say("y");
    assertThat(socket.getInputStream().read()).isEqualTo('y');
    socket.setSoTimeout(20);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    assertThat(rungOn).hasSize(1);
  }

  @Test
  void an_error_of_the_action_closes_the_connection_before_an_answer_comes_to_the_wrong_question() {
    socket.alarm(
        in(ZERO),
        () -> {
          throw new LinkageError("no class here");
        });
    assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(LinkageError.class);
    assertThat(socket.isClosed()).isTrue();
  }

  @Test
  void rings_at_the_first_wait_if_its_time_was_before() throws IOException {
    socket.alarm(in(ZERO), this::ringAndAnswer);
    assertThat(socket.getInputStream().read()).isEqualTo('x');
    assertThat(rungOn).hasSize(1);
  }

  @Test
  void does_not_ring_when_the_answer_comes_before() throws Exception {
    socket.alarm(in(Background.LONG), this::ring);
    try (Background<Integer> read = Background.run(() -> socket.getInputStream().read())) {
      SocketPair.awaitWaiting(socket);
      pair.say("x");
      assertThat(read.join()).isEqualTo('x');
    }
    assertThat(rungOn).isEmpty();
  }

  @Test
  void does_not_ring_once_it_is_off() {
    socket.setSoTimeout(30);
    socket.alarm(in(ZERO), this::ring);
    socket.alarmOff();
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    assertThat(rungOn).isEmpty();
  }

  @Test
  void rings_in_a_write_that_does_not_end() {
    socket.deadline(Deadline.after(ofMillis(50)).withReserve(ZERO));
    socket.alarm(in(ZERO), this::ring);
    assertThatThrownBy(() -> socket.getOutputStream().write(new byte[64 << 20]))
        .isInstanceOf(SocketTimeoutException.class);
    assertThat(rungOn).hasSize(1);
  }

  @Test
  void leaves_the_deadline_as_it_was() {
    socket.deadline(Deadline.after(ofMillis(60)).withReserve(ZERO));
    socket.alarm(in(ofMillis(10)), this::ring);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class)
        .hasMessageMatching("No answer after \\d\\d+ ms: read");
    assertThat(rungOn).hasSize(1);
  }

  @Test
  void an_action_that_fails_does_not_end_the_read() throws IOException {
    socket.alarm(
        in(ofMillis(10)),
        () -> {
          ringAndAnswer();
          throw new IllegalStateException("broken action");
        });
    assertThat(socket.getInputStream().read()).isEqualTo('x');
    assertThat(rungOn).hasSize(1);
  }

  @Test
  void an_interrupt_of_the_reading_thread_is_kept_from_the_action() throws Exception {
    socket.interruptible(false);
    socket.alarm(
        in(ofMillis(30)),
        () -> {
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
          ringAndAnswer();
        });
    try (Background<Boolean> read =
        Background.run(
            () -> {
              Thread.currentThread().interrupt();
              assertThat(socket.getInputStream().read()).isEqualTo('x');
              return Thread.currentThread().isInterrupted();
            })) {
      assertThat(read.join()).isTrue();
    }
  }
}
