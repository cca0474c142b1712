package dev.thaw.internal.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.Deadline;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.Elapsed;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A peer of whom the kernel's table, here a made-up one, says that it acknowledges nothing. */
class ChannelSocketSilenceTest {
  private final AtomicInteger looks = new AtomicInteger();
  @AutoClose private SocketPair pair;
  private ChannelSocket socket;

  @BeforeEach
  void connect() throws IOException {
    pair = SocketPair.open(new SocketTable(name -> table()));
    socket = pair.socket();
  }

  private byte[] table() {
    looks.incrementAndGet();
    return "   1: 0000000000000000FFFF00000100007F:%04X 0000000000000000FFFF00000100007F:%04X 01 %s\n"
        .formatted(
            socket.getLocalPort(),
            socket.getPort(),
            "00000017:00000000 01:0000002D 00000003     0        0 10042322 2")
        .getBytes(US_ASCII);
  }

  @Test
  void a_read_ends_long_before_its_deadline_and_nothing_waits_after_it() throws IOException {
    socket.deadline(Deadline.after(Background.LONG));
    Elapsed.assertTakes(
        Duration.ofMillis(1_050),
        () ->
            assertThatThrownBy(() -> socket.getInputStream().read())
                .isInstanceOf(SilentPeerException.class));
    assertThat(looks).hasValue(2);
    assertThat(socket.hasTimedOut()).isFalse();
    assertThat(socket.isPeerOpen()).isFalse();
    assertThat(socket.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void a_write_that_waits_ends_as_well() throws IOException {
    OutputStream out = socket.getOutputStream();
    byte[] much = new byte[64 * 1024 * 1024];
    assertThatThrownBy(() -> out.write(much)).isInstanceOf(SilentPeerException.class);
  }

  @Test
  void a_read_that_times_out_without_an_acknowledgement_makes_the_address_a_silent_one()
      throws IOException {
    assertThat(isSilentAfter(100)).isFalse();
    pair.close();
    connect();
    assertThat(isSilentAfter(250)).isTrue();
  }

  private boolean isSilentAfter(int millis) {
    socket.setSoTimeout(millis);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    return TcpConnector.isSilent(pair.peer().getLocalSocketAddress(), System.nanoTime());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void elsewhere_than_on_linux_a_long_wait_changes_nothing() throws IOException {
    assertThat(keepAliveAfterASecond(SocketTable.ofKernel("Linux"))).isEqualTo(1);
    assertThat(keepAliveAfterASecond(SocketTable.ofKernel("Mac OS X"))).isGreaterThan(1);
  }

  /** Returns the seconds before the first probe that a read has after it has waited for a while. */
  private int keepAliveAfterASecond(SocketTable table) throws IOException {
    DeadlineChannel channel = new DeadlineChannel(() -> {}, table);
    channel.connect(new InetSocketAddress(socket.getInetAddress(), pair.listener().port()), 0);
    SocketChannel options = channel.channel();
    options.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    AtomicInteger seconds = new AtomicInteger();
    try (Socket peer = pair.listener().accept()) {
      channel.alarm(
          System.nanoTime() + PeerWatch.LOOK_AFTER + 200_000_000L,
          () -> {
            try {
              seconds.set(
                  (Integer) options.getOption(PeerWatchTest.option("TCP_KEEPIDLE", options)));
              peer.getOutputStream().write('x');
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      assertThat(channel.read(new byte[1], 0, 1)).isEqualTo(1);
    } finally {
      channel.abort();
    }
    return seconds.get();
  }

  @Test
  void a_wait_of_less_than_a_second_asks_no_table() throws IOException {
    socket.alarm(System.nanoTime() + 900_000_000L, () -> looks.addAndGet(10));
    socket.setSoTimeout(950);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    // The one is that of a read that has ended without an answer.
    assertThat(looks).hasValue(11);
  }
}
