package dev.thaw.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.Deadline;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.ClosedPort;
import dev.thaw.fixture.Elapsed;
import dev.thaw.fixture.Listener;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TcpConnectorTest {
  private final List<ChannelSocket> opened = new ArrayList<>();

  @AfterEach
  void abort() {
    opened.forEach(ChannelSocket::abort);
  }

  private ChannelSocket connect(int port, Duration time, int... lastBytes) throws IOException {
    InetAddress[] addresses = new InetAddress[lastBytes.length];
    for (int i = 0; i < addresses.length; i++) {
      addresses[i] = loopback(lastBytes[i]);
    }
    Deadline deadline = Deadline.after(time).withReserve(Duration.ZERO);
    return TcpConnector.connect(addresses, port, deadline, () -> {}, opened::add);
  }

  private static boolean isSilent(SocketAddress address) {
    return TcpConnector.isSilent(address, System.nanoTime());
  }

  private static InetAddress loopback(int last) throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
  }

  @Test
  void an_address_that_refuses_is_followed_by_the_next_one() throws IOException {
    try (Listener listener = Listener.open()) {
      ChannelSocket socket = connect(listener.port(), Background.LONG, 2, 1);
      assertThat(socket.getInetAddress()).isEqualTo(loopback(1));
      assertThat(socket.getKeepAlive()).isTrue();
      assertThat(socket.getTcpNoDelay()).isTrue();
      assertThat(socket.deadline()).isNotNull();
      assertThat(opened).hasSize(2).last().isSameAs(socket);
      assertThat(opened.get(0).isClosed()).isTrue();
    }
  }

  @Test
  void the_last_failure_is_reported() throws IOException {
    int port = ClosedPort.next();
    assertThatThrownBy(() -> connect(port, Background.LONG, 2, 1))
        .isInstanceOf(ConnectException.class);
    assertThat(opened).hasSize(2).allMatch(ChannelSocket::isClosed);
  }

  @Test
  void no_address_is_tried_after_the_deadline() throws IOException {
    try (Listener listener = Listener.open()) {
      assertThatThrownBy(() -> connect(listener.port(), Duration.ZERO, 2, 1))
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(opened).hasSize(1).allMatch(ChannelSocket::isClosed);
      assertThat(listener.hasCaller(1)).isFalse();
    }
  }

  @Test
  void an_address_that_has_gone_silent_has_a_second_and_is_as_one_that_refuses() throws Exception {
    try (Listener silent = Listener.blackHole("127.0.0.2");
        Listener other = Listener.open(silent.port())) {
      InetSocketAddress address = new InetSocketAddress(loopback(2), silent.port());
      TcpConnector.hasGoneSilent(address);
      Elapsed.assertTakes(
          Duration.ofSeconds(1),
          () ->
              assertThat(connect(other.port(), Background.LONG, 2, 1).getInetAddress())
                  .isEqualTo(loopback(1)));
      assertThatThrownBy(() -> connect(silent.port(), Background.LONG, 2))
          .isInstanceOf(ConnectException.class)
          .hasMessageStartingWith(
              "The host, or the network to it, has gone silent: No answer after 10");
      assertThat(isSilent(address)).isTrue();
      assertThatThrownBy(() -> connect(silent.port(), Duration.ofMillis(300), 2))
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void an_address_of_which_only_a_connect_has_no_answer_is_none() throws IOException {
    try (Listener busy = Listener.blackHole()) {
      assertThatThrownBy(() -> connect(busy.port(), Duration.ofMillis(300), 1))
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(isSilent(new InetSocketAddress(loopback(1), busy.port()))).isFalse();
    }
  }

  @Test
  void one_that_answers_again_is_silent_no_more() throws IOException {
    try (Listener listener = Listener.open()) {
      InetSocketAddress address = new InetSocketAddress(loopback(1), listener.port());
      TcpConnector.hasGoneSilent(address);
      connect(listener.port(), Background.LONG, 1);
      assertThat(isSilent(address)).isFalse();
    }
  }

  @Test
  void a_name_without_an_address_is_called_so() {
    assertThatThrownBy(() -> connect(3306, Background.LONG))
        .isInstanceOf(SocketException.class)
        .hasMessage("The host name has no address");
  }

  @Test
  void a_restore_forgets_which_addresses_have_gone_silent() throws Exception {
    InetSocketAddress address = new InetSocketAddress(loopback(3), 3306);
    TcpConnector.hasGoneSilent(address);
    TcpConnector.forgetSilent();
    assertThat(isSilent(address)).isFalse();
  }

  @Test
  void an_address_counts_as_silent_for_a_minute() throws UnknownHostException {
    SocketAddress address = new InetSocketAddress(loopback(3), 1);
    long before = System.nanoTime();
    TcpConnector.hasGoneSilent(address);
    long after = System.nanoTime();
    assertThat(TcpConnector.isSilent(address, before + Duration.ofSeconds(60).toNanos() - 1))
        .isTrue();
    assertThat(TcpConnector.isSilent(address, after + Duration.ofSeconds(60).toNanos())).isFalse();
  }
}
