package dev.thaw.internal.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.jdbc.JdbcPropertySetImpl;
import dev.thaw.Deadline;
import dev.thaw.SslMode;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.ClosedPort;
import dev.thaw.fixture.Listener;
import dev.thaw.fixture.TestConnections;
import dev.thaw.internal.net.ConnectPhase;
import dev.thaw.internal.net.PhaseTimes;
import dev.thaw.internal.net.SocketRegistry;
import dev.thaw.internal.net.TlsSettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThawSocketFactoryTest {
  private final PropertySet properties = new JdbcPropertySetImpl();
  private final SocketRegistry sockets = new SocketRegistry();
  private final PhaseTimes phases = new PhaseTimes();
  private final ConnectAttempt attempt = attempt(Background.LONG);

  @AfterEach
  void end() {
    attempt.abandon();
    attempt.end();
  }

  private ConnectAttempt attempt(Duration time) {
    return new ConnectAttempt(
        Deadline.after(time),
        phases,
        ServerTls.of(
            new TlsSettings(SslMode.DISABLED, null, false),
            "127.0.0.1",
            false,
            Deadline.after(time),
            new PhaseTimes()),
        TestConnections.OPEN,
        sockets,
        null);
  }

  private ThawSocketFactory begin() {
    attempt.begin();
    return new ThawSocketFactory();
  }

  private static InetAddress loopback(int last) throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
  }

  @Test
  void opens_the_socket_of_the_attempt_on_this_thread() throws IOException {
    try (Listener listener = Listener.open()) {
      Socket socket = begin().connect("127.0.0.1", listener.port(), properties, 0);
      assertThat(socket).isSameAs(attempt.socket());
      assertThat(phases.current()).isEqualTo(ConnectPhase.TLS);
      assertThat(sockets.isEmpty()).isFalse();
      attempt.end();
      assertThat(sockets.isEmpty()).isTrue();
      socket.close();
    }
  }

  @Test
  void tries_the_next_address_and_forgets_the_socket_of_the_one_before() throws IOException {
    try (Listener listener = Listener.open()) {
      ThawSocketFactory factory = begin();
      assertThatThrownBy(() -> factory.connect("127.0.0.1", ClosedPort.next(), properties, 0))
          .isInstanceOf(ConnectException.class);
      assertThat(sockets.isEmpty()).isTrue();
      factory.connect("127.0.0.1", listener.port(), properties, 0);
      InetAddress[] addresses = {loopback(2), loopback(1)};
      attempt.abandon();
      factory.connect(addresses, properties, attempt);
      assertThat(attempt.socket()).isNotNull();
      attempt.end();
      assertThat(sockets.isEmpty()).isTrue();
    }
  }

  @Test
  void an_address_that_does_not_answer_leaves_time_for_the_next_one() throws Exception {
    try (Listener hole = Listener.blackHole("127.0.0.2");
        Listener listener = Listener.open(hole.port())) {
      ConnectAttempt hurried = attempt(Duration.ofSeconds(2));
      hurried.begin();
      ThawSocketFactory factory = new ThawSocketFactory();
      factory.connect("127.0.0.1", listener.port(), properties, 0);
      hurried.abandon();
      InetAddress[] addresses = {loopback(2), loopback(1)};
      factory.connect(addresses, properties, hurried).close();
      assertThat(hurried.deadline().hasPassed()).isFalse();
      hurried.end();
    }
  }

  @Test
  void a_socket_opened_after_the_end_is_closed_at_once() throws IOException {
    sockets.close();
    try (Listener listener = Listener.open()) {
      ThawSocketFactory factory = begin();
      assertThatThrownBy(() -> factory.connect("127.0.0.1", listener.port(), properties, 0))
          .isInstanceOf(SocketException.class);
      sockets.reopen();
      factory.connect("127.0.0.1", listener.port(), properties, 0);
      assertThat(attempt.socket()).isNotNull();
    }
  }

  @Test
  void the_driver_may_connect_once_more_on_a_thread_of_its_own_to_cancel_a_statement()
      throws Exception {
    try (Listener listener = Listener.open()) {
      begin().connect("127.0.0.1", listener.port(), properties, 0);
      try (Background<Socket> cancelling =
          Background.run(
              () ->
                  new ThawSocketFactory()
                      .connect("127.0.0.1", listener.port(), properties, 5_000))) {
        Socket socket = cancelling.join();
        assertThat(socket.isConnected()).isTrue();
        assertThat(socket).isNotSameAs(attempt.socket());
        socket.close();
      }
    }
  }

  @Test
  void no_phase_begins_after_the_deadline() throws IOException {
    try (Listener listener = Listener.open()) {
      ConnectAttempt late = attempt(Duration.ZERO);
      late.begin();
      assertThatThrownBy(
              () -> new ThawSocketFactory().connect("127.0.0.1", listener.port(), properties, 0))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessage("The deadline passed before phase DNS");
      late.end();
      assertThat(sockets.isEmpty()).isTrue();
      assertThat(listener.hasCaller(1)).isFalse();
    }
  }

  @Test
  void no_other_library_may_use_it() {
    assertThatIllegalStateException()
        .isThrownBy(() -> new ThawSocketFactory().connect("127.0.0.1", 3306, properties, 0))
        .withMessage("Only for connections of this library");
  }
}
