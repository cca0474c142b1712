package dev.thaw.internal.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.Deadline;
import dev.thaw.fixture.Background;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ChannelSocketTest extends ConnectedSockets {
  private static Deadline within(Duration time) {
    return Deadline.after(time);
  }

  @Test
  void carries_large_data_both_ways() throws Exception {
    byte[] sent = new byte[5_000_001];
    new Random(1).nextBytes(sent);
    try (Background<Void> echo =
        Background.perform(
            () -> {
              byte[] all = pair.peer().getInputStream().readNBytes(sent.length);
              pair.peer().getOutputStream().write(all);
            })) {
      socket.getOutputStream().write(sent);
      assertThat(socket.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
      echo.join();
    }
  }

  @Test
  void carries_single_bytes_up_to_the_largest() throws IOException {
    socket.getOutputStream().write(0xff);
    socket.getOutputStream().write(0x00);
    assertThat(pair.peer().getInputStream().readNBytes(2)).containsExactly(0xff, 0);
    pair.peer().getOutputStream().write(new byte[] {(byte) 0xff, 0});
    assertThat(socket.getInputStream().read()).isEqualTo(0xff);
    assertThat(socket.getInputStream().read()).isZero();
  }

  @Test
  void reads_into_the_middle_of_an_array() throws IOException {
    pair.say("bcd");
    byte[] bytes = "-----".getBytes(US_ASCII);
    InputStream in = socket.getInputStream();
    assertThat(in.read(bytes, 0, 0)).isZero();
    assertThat(in.readNBytes(bytes, 1, 3)).isEqualTo(3);
    assertThat(new String(bytes, US_ASCII)).isEqualTo("-bcd-");
  }

  @Test
  void finds_the_end_of_the_stream_after_the_last_byte() throws IOException {
    pair.say("ab");
    pair.peer().close();
    assertThat(socket.getInputStream().readAllBytes()).isEqualTo("ab".getBytes(US_ASCII));
    assertThat(socket.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void a_read_ends_with_the_socket_timeout() throws IOException {
    socket.setSoTimeout(30);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class)
        .hasMessageMatching("No answer after \\d+ ms: read");
  }

  @Test
  void a_read_ends_with_the_deadline_if_that_is_before_the_socket_timeout() {
    assertThatThrownBy(
            () -> {
              socket.setSoTimeout((int) Duration.ofMinutes(10).toMillis());
              socket.deadline(within(ofMillis(30)));
              socket.getInputStream().read();
            })
        .isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void a_read_ends_with_the_socket_timeout_if_that_is_before_the_deadline() throws Exception {
    socket.setSoTimeout(30);
    socket.deadline(within(Duration.ofHours(1)));
    try (Background<Integer> read = Background.run(() -> socket.getInputStream().read())) {
      assertThat(read.failure()).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void a_write_that_gets_on_is_not_ended_by_the_socket_timeout() throws Exception {
    int timeout = 800;
    byte[] part = new byte[256 << 10];
    int parts = 50;
    socket.setSoTimeout(timeout);
    ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
    try {
      // Each part is taken in time; all of them together take longer than the timeout.
      ScheduledFuture<?> reading =
          pace.scheduleAtFixedRate(
              () -> {
                try {
                  pair.peer().getInputStream().readNBytes(part.length);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              0,
              2 * timeout / parts,
              TimeUnit.MILLISECONDS);
      long start = System.nanoTime();
      socket.getOutputStream().write(new byte[(parts + 20) * part.length]);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(ofMillis(timeout));
      assertThat(reading.isDone()).isFalse();
    } finally {
      pace.shutdownNow();
    }
  }

  @Test
  void no_read_waits_again_for_a_peer_that_did_not_answer_in_time() throws Exception {
    socket.deadline(within(ofMillis(10)));
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    socket.deadline(null);
    try (Background<Integer> again = Background.run(() -> socket.getInputStream().read())) {
      assertThat(again.join()).isEqualTo(-1);
    }
    assertThat(socket.isPeerOpen()).isFalse();
  }

  @Test
  void asks_before_the_first_byte_is_sent_and_only_then() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    try (ChannelSocket asking = new ChannelSocket(asked::incrementAndGet)) {
      asking.connect(pair.peer().getLocalSocketAddress());
      assertThat(asked).hasValue(0);
      asking.getOutputStream().write(1);
      asking.getOutputStream().write(2);
      assertThat(asked).hasValue(1);
    }
  }

  @Test
  void sends_nothing_if_it_may_not() throws IOException {
    try (ChannelSocket asking =
        new ChannelSocket(
            () -> {
              throw new IOException("not now");
            })) {
      asking.connect(pair.peer().getLocalSocketAddress());
      assertThatThrownBy(() -> asking.getOutputStream().write(1))
          .isInstanceOf(IOException.class)
          .hasMessage("not now");
    }
    assertThat(pair.listener().accept().getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void options_reach_the_connection() throws IOException {
    socket.setTcpNoDelay(true);
    socket.setKeepAlive(true);
    socket.setSoTimeout(7);
    socket.setSoLinger(true, 3);
    socket.setSendBufferSize(16_384);
    socket.setReceiveBufferSize(16_384);
    socket.setTrafficClass(8);
    assertThat(socket.getTcpNoDelay()).isTrue();
    assertThat(socket.getKeepAlive()).isTrue();
    assertThat(socket.getSoTimeout()).isEqualTo(7);
    assertThat(socket.getSoLinger()).isEqualTo(3);
    assertThat(socket.getSendBufferSize()).isGreaterThanOrEqualTo(16_384);
    assertThat(socket.getReceiveBufferSize()).isGreaterThanOrEqualTo(16_384);
    assertThat(socket.getTrafficClass()).isEqualTo(8);
    socket.setSoLinger(false, 3);
    assertThat(socket.getSoLinger()).isEqualTo(-1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> socket.setSoTimeout(-1))
        .withMessage("timeout is -1, allowed are 0 and more");
  }

  @Test
  void knows_its_addresses() {
    InetSocketAddress remote = (InetSocketAddress) pair.peer().getLocalSocketAddress();
    assertThat(socket.getRemoteSocketAddress()).isEqualTo(remote);
    assertThat(socket.getInetAddress()).isEqualTo(remote.getAddress());
    assertThat(socket.getPort()).isEqualTo(remote.getPort());
    assertThat(socket.getLocalSocketAddress()).isEqualTo(pair.peer().getRemoteSocketAddress());
    assertThat(socket.getLocalPort()).isEqualTo(pair.peer().getPort());
    assertThat(socket.getLocalAddress()).isEqualTo(pair.peer().getInetAddress());
    assertThat(socket.isConnected()).isTrue();
    assertThat(socket.isBound()).isTrue();
    assertThat(socket.isClosed()).isFalse();
    assertThat(socket.getChannel()).isNull();
  }

  @Test
  void closes_one_direction() throws IOException {
    assertThat(socket.isOutputShutdown()).isFalse();
    socket.shutdownOutput();
    assertThat(socket.isOutputShutdown()).isTrue();
    assertThat(pair.peer().getInputStream().read()).isEqualTo(-1);
    assertThat(socket.isInputShutdown()).isFalse();
    socket.shutdownInput();
    assertThat(socket.isInputShutdown()).isTrue();
    assertThat(socket.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void a_closed_socket_says_so() throws IOException {
    socket.getInputStream().close();
    assertThat(socket.isClosed()).isTrue();
    assertThat(socket.isPeerOpen()).isFalse();
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessage("Socket closed");
    assertThatThrownBy(() -> socket.getOutputStream().write(1))
        .isInstanceOf(SocketException.class)
        .hasMessage("Socket closed");
    socket.close();
    socket.shutdownInput();
    socket.shutdownOutput();
    assertThat(pair.peer().getInputStream().read()).isEqualTo(-1);
  }
}
