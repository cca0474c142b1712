package dev.thaw.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.thaw.Deadline;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.ClosedPort;
import dev.thaw.fixture.Listener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChannelSocketConnectTest {
  @AutoClose("abort")
  private ChannelSocket socket;

  @BeforeEach
  void create() throws IOException {
    socket = new ChannelSocket(() -> {});
  }

  private static SocketAddress address(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private static Deadline within(Duration time) {
    return Deadline.after(time);
  }

  @Test
  void gives_up_with_the_deadline_where_packets_are_dropped() throws IOException {
    try (Listener hole = Listener.blackHole()) {
      socket.deadline(within(Duration.ofMillis(50)));
      assertThatThrownBy(() -> socket.connect(address(hole.port())))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageMatching("No answer after \\d+ ms: connect to .*:" + hole.port());
    }
  }

  @Test
  void gives_up_with_the_timeout_where_packets_are_dropped() throws IOException {
    try (Listener hole = Listener.blackHole()) {
      socket.deadline(within(Duration.ofHours(1)));
      assertThatThrownBy(() -> socket.connect(address(hole.port()), 50))
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void does_not_begin_after_the_deadline() throws IOException {
    try (Listener listener = Listener.open()) {
      socket.deadline(within(Duration.ZERO));
      assertThatThrownBy(() -> socket.connect(address(listener.port())))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageStartingWith("No answer after 0 ms");
      assertThat(listener.hasCaller(1)).isFalse();
    }
  }

  @Test
  void leaves_nothing_open_when_it_fails() throws IOException {
    AtomicInteger closed = new AtomicInteger();
    socket.onClose(closed::incrementAndGet);
    SocketAddress refusing = address(ClosedPort.next());
    assertThatThrownBy(() -> socket.connect(refusing)).isInstanceOf(ConnectException.class);
    assertThat(socket.isClosed()).isTrue();
    assertThat(closed).hasValue(1);
  }

  @Test
  void an_interrupt_ends_it_and_is_kept_for_the_caller() throws Exception {
    try (Listener hole = Listener.blackHole();
        Background<Boolean> connect =
            Background.run(
                () -> {
                  assertThatThrownBy(() -> socket.connect(address(hole.port())))
                      .isInstanceOf(InterruptedIOException.class)
                      .hasMessageStartingWith("Interrupted: connect to");
                  return Thread.currentThread().isInterrupted();
                })) {
      SocketPair.awaitWaiting(socket);
      connect.thread().interrupt();
      assertThat(connect.join()).isTrue();
    }
  }

  @Test
  void an_interrupt_from_before_ends_it_too() throws Exception {
    try (Listener hole = Listener.blackHole();
        Background<Boolean> connect =
            Background.run(
                () -> {
                  Thread.currentThread().interrupt();
                  assertThatThrownBy(() -> socket.connect(address(hole.port())))
                      .isInstanceOf(InterruptedIOException.class);
                  return Thread.currentThread().isInterrupted();
                })) {
      assertThat(connect.join()).isTrue();
    }
  }

  @Test
  void another_thread_can_end_it() throws Exception {
    try (Listener hole = Listener.blackHole();
        Background<Void> connect = Background.perform(() -> socket.connect(address(hole.port())))) {
      SocketPair.awaitWaiting(socket);
      socket.abort();
      assertThat(connect.failure()).isInstanceOf(SocketException.class).hasMessage("Socket closed");
    }
  }

  @Test
  void is_not_possible_after_the_end() throws IOException {
    socket.abort();
    try (Listener listener = Listener.open()) {
      assertThatThrownBy(() -> socket.connect(address(listener.port())))
          .isInstanceOf(SocketException.class)
          .hasMessage("Socket closed");
    }
  }

  @Test
  void starts_from_the_address_it_is_bound_to() throws IOException {
    try (Listener listener = Listener.open()) {
      socket.bind(address(0));
      int local = socket.getLocalPort();
      socket.connect(address(listener.port()));
      assertThat(listener.accept().getPort()).isEqualTo(local);
    }
  }

  @Test
  void an_aborted_socket_leaves_nothing_open() throws IOException {
    try (Listener listener = Listener.open()) {
      socket.connect(address(listener.port()));
      Socket peer = listener.accept();
      socket.abort();
      await().atMost(Background.LONG).until(() -> peer.getInputStream().read() == -1);
      assertThat(socket.isClosed()).isTrue();
    }
  }
}
