package dev.thaw.internal.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.Deadline;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.Elapsed;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The deadline holds whether data flows or not. */
class ChannelSocketDeadlineTest extends ConnectedSockets {
  private static final Duration TIME = ofMillis(60);

  private final AtomicLong clock = new AtomicLong();
  private final AtomicLong readings = new AtomicLong();

  private static Deadline within(Duration time) {
    return Deadline.after(time).withReserve(ZERO);
  }

  private Deadline onClock(Duration time) {
    return Deadline.after(
            time,
            () -> {
              readings.incrementAndGet();
              return clock.get();
            })
        .withReserve(ZERO);
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  private void assertEndsWithTheDeadline(String message, ThrowingCallable work) {
    Elapsed.assertTakes(
        TIME,
        () -> {
          socket.deadline(within(TIME));
          assertThatThrownBy(work).isInstanceOf(SocketTimeoutException.class).hasMessage(message);
        });
  }

  @Test
  void a_flood_of_data_ends_with_the_deadline() throws Exception {
    OutputStream out = pair.peer().getOutputStream();
    try (Background<Void> flood = Background.run(() -> writeWithoutEnd(out))) {
      assertEndsWithTheDeadline("The deadline passed while reading a result", this::readWithoutEnd);
      socket.abort();
      assertThat(flood.failure()).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void an_upload_to_a_peer_that_takes_it_all_ends_with_the_deadline() throws Exception {
    InputStream in = pair.peer().getInputStream();
    try (Background<Long> taking =
        Background.run(() -> in.transferTo(OutputStream.nullOutputStream()))) {
      assertEndsWithTheDeadline(
          "The deadline passed while sending a request",
          () -> writeWithoutEnd(socket.getOutputStream()));
      socket.abort();
      assertThat(taking.join()).isPositive();
    }
  }

  @Test
  void a_write_that_the_peer_does_not_take_ends_with_the_deadline() {
    assertEndsWithTheDeadline(
        "The deadline passed while sending a request",
        () -> writeWithoutEnd(socket.getOutputStream()));
  }

  private static Void writeWithoutEnd(OutputStream out) throws IOException {
    byte[] bytes = new byte[1 << 20];
    long start = System.nanoTime();
    while (System.nanoTime() - start < Background.LONG.toNanos()) {
      out.write(bytes);
    }
    throw new AssertionError("It all was sent");
  }

  private void readWithoutEnd() throws IOException {
    byte[] bytes = new byte[1 << 14];
    long start = System.nanoTime();
    while (System.nanoTime() - start < Background.LONG.toNanos()) {
      assertThat(socket.getInputStream().read(bytes)).isPositive();
    }
    throw new AssertionError("It all was read");
  }

  @Test
  void not_a_byte_that_is_there_is_read_after_the_deadline() throws IOException {
    socket.deadline(onClock(ofMillis(10)));
    pair.say("ab");
    assertThat(socket.getInputStream().read()).isEqualTo('a');
    pass(ofMillis(10));
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class)
        .hasMessage("The deadline passed while reading a result");
  }

  @Test
  void an_answer_that_has_not_begun_is_called_so() throws IOException {
    socket.deadline(onClock(ofMillis(10)));
    socket.getOutputStream().write('q');
    pass(ofMillis(10));
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class)
        .hasMessageMatching("No answer after \\d+ ms: read");
  }

  @Test
  void nothing_is_sent_after_the_deadline() throws IOException {
    socket.deadline(onClock(ofMillis(10)));
    pass(ofMillis(10));
    assertThatThrownBy(() -> socket.getOutputStream().write('q'))
        .isInstanceOf(NothingSentException.class)
        .hasMessage("The deadline passed before anything was sent");
    socket.abort();
    assertThat(pair.peer().getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void nothing_of_the_next_request_is_sent_if_the_deadline_passed_after_an_answer()
      throws IOException {
    socket.deadline(onClock(ofMillis(10)));
    socket.getOutputStream().write('q');
    pair.say("a");
    assertThat(socket.getInputStream().read()).isEqualTo('a');
    pass(ofMillis(10));
    assertThatThrownBy(() -> socket.getOutputStream().write('r'))
        .isInstanceOf(NothingSentException.class);
    socket.abort();
    assertThat(pair.peer().getInputStream().readAllBytes()).isEqualTo("q".getBytes(US_ASCII));
  }

  @Test
  void a_request_that_was_begun_does_not_count_as_not_sent() throws IOException {
    socket.deadline(onClock(ofMillis(10)));
    socket.getOutputStream().write('q');
    pass(ofMillis(10));
    assertThatThrownBy(() -> socket.getOutputStream().write('r'))
        .isInstanceOf(SocketTimeoutException.class)
        .isNotInstanceOf(NothingSentException.class)
        .hasMessage("The deadline passed while sending a request");
  }

  @Test
  void nothing_follows_a_request_that_was_sent_in_part() {
    byte[] more = new byte[64 << 20];
    socket.deadline(within(TIME));
    assertThatThrownBy(() -> socket.getOutputStream().write(more))
        .isInstanceOf(SocketTimeoutException.class);
    socket.deadline(null);
    assertThatThrownBy(() -> socket.getOutputStream().write('q'))
        .isInstanceOf(SocketException.class)
        .hasMessage("An earlier message was sent only in part");
  }

  @Test
  void the_deadline_is_asked_once_for_each_read_and_write_of_the_channel() throws IOException {
    socket.deadline(onClock(ofMillis(10)));
    readings.set(0);
    socket.getOutputStream().write('q');
    assertThat(readings).hasValue(1);
    assertThat(pair.peer().getInputStream().read()).isEqualTo('q');
    socket.alarm(System.nanoTime(), () -> answer("ab"));
    readings.set(0);
    // A read of the channel may find nothing before it finds what the alarm has made the peer send.
    assertThat(socket.getInputStream().read()).isEqualTo('a');
    assertThat(readings).hasValueBetween(1L, 3L);
    readings.set(0);
    assertThat(socket.getInputStream().read()).isEqualTo('b');
    assertThat(readings).hasValue(1);
  }

  private void answer(String text) {
    try {
      pair.say(text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_passed_deadline_can_be_replaced_for_a_last_message() throws IOException {
    socket.deadline(within(ZERO));
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    assertThat(socket.isPeerOpen()).isFalse();
    socket.deadline(within(Background.LONG));
    socket.getOutputStream().write('q');
    assertThat(pair.peer().getInputStream().read()).isEqualTo('q');
    assertThat(socket.getInputStream().read()).isEqualTo(-1);
  }
}
