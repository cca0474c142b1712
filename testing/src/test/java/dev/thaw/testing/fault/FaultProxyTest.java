package dev.thaw.testing.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultProxyTest {
  // How long a test listens before it says that nothing came.
  private static final int QUIET_MILLIS = 150;
  private static final int ANSWER_MILLIS = 20_000;

  private static final byte[] QUESTION = "question".getBytes(UTF_8);
  private static final byte[] REPLY = "reply".getBytes(UTF_8);

  private final List<Socket> sockets = new ArrayList<>();
  private ServerSocket server;
  private FaultProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = listen();
    proxy = FaultProxy.to("127.0.0.1", server.getLocalPort());
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @Test
  void forwards_in_both_directions() throws IOException {
    Pair pair = connect();

    pair.client.getOutputStream().write(QUESTION);
    assertThat(pair.server.getInputStream().readNBytes(8)).isEqualTo(QUESTION);
    pair.server.getOutputStream().write(REPLY);
    assertThat(pair.client.getInputStream().readNBytes(5)).isEqualTo(REPLY);

    assertThat(proxy.bytesToServer()).isEqualTo(8);
    assertThat(proxy.bytesToClient()).isEqualTo(5);
  }

  @Test
  void forwards_more_than_its_buffers_hold_unchanged() throws Exception {
    Pair pair = connect();
    byte[] sent = new byte[8 * 1024 * 1024];
    new Random(1).nextBytes(sent);

    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(
            () -> unchecked(() -> pair.client.getOutputStream().write(sent)));
    byte[] received = pair.server.getInputStream().readNBytes(sent.length);
    writing.join();

    assertThat(Arrays.equals(received, sent)).isTrue();
  }

  @Test
  void passes_a_half_close_on_and_keeps_the_other_direction_open() throws IOException {
    Pair pair = connect();

    pair.client.shutdownOutput();
    assertThat(pair.server.getInputStream().read()).isEqualTo(-1);

    pair.server.getOutputStream().write(7);
    assertThat(pair.client.getInputStream().read()).isEqualTo(7);
  }

  @Test
  void forgets_a_connection_that_both_sides_have_closed() throws IOException {
    Pair pair = connect();
    assertThat(proxy.openConnections()).isEqualTo(1);

    pair.client.close();
    assertThat(pair.server.getInputStream().read()).isEqualTo(-1);
    pair.server.close();

    assertThat(proxy.openConnections()).isZero();
    assertThat(proxy.connections()).isEqualTo(1);
  }

  @Test
  void counts_one_exchange_for_each_time_the_client_speaks_after_listening() throws IOException {
    Pair first = connect();
    first.server.getOutputStream().write(0);
    first.client.getInputStream().read();
    assertThat(proxy.exchanges()).isZero();

    for (int i = 0; i < 3; i++) {
      roundTrip(first);
    }
    assertThat(proxy.exchanges()).isEqualTo(3);

    roundTrip(connect());
    assertThat(proxy.exchanges()).isEqualTo(4);
  }

  @Test
  void latency_delays_each_round_trip_by_at_least_that_time_until_it_is_taken_back()
      throws IOException {
    Pair pair = connect();
    proxy.latency(Duration.ofMillis(80));

    long start = System.nanoTime();
    roundTrip(pair);
    roundTrip(pair);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(160));

    proxy.latency(Duration.ofHours(1));
    proxy.latency(Duration.ZERO);
    roundTrip(pair);
  }

  @Test
  void latency_keeps_the_order_of_data_and_end() throws IOException {
    Pair pair = connect();
    proxy.latency(Duration.ofMillis(40));

    pair.server.getOutputStream().write(1);
    pair.server.getOutputStream().write(2);
    pair.server.close();

    assertThat(pair.client.getInputStream().readAllBytes()).containsExactly(1, 2);
  }

  @Test
  void disconnect_ends_the_stream_on_both_sides_of_every_connection() throws IOException {
    List<Pair> pairs = List.of(connect(), connect(), connect());

    assertThat(proxy.disconnect()).isEqualTo(3);

    for (Pair pair : pairs) {
      assertThat(pair.client.getInputStream().read()).isEqualTo(-1);
      assertThat(pair.server.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(proxy.openConnections()).isZero();
  }

  @Test
  void disconnect_is_a_fin_even_when_received_data_was_not_forwarded() throws IOException {
    Pair pair = connect();
    proxy.silence();
    pair.client.getOutputStream().write(new byte[1000]);

    proxy.disconnect();

    assertThat(pair.client.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void reset_is_seen_as_a_reset_on_both_sides() throws IOException {
    Pair pair = connect();

    assertThat(proxy.reset()).isEqualTo(1);

    assertReset(pair.client);
    assertReset(pair.server);
    assertThat(proxy.openConnections()).isZero();
  }

  @Test
  void a_reset_by_the_server_reaches_the_client_as_a_reset() throws IOException {
    Pair pair = connect();

    pair.server.setSoLinger(true, 0);
    pair.server.close();

    assertReset(pair.client);
  }

  @Test
  void silence_forwards_nothing_in_either_direction_until_resumed() throws IOException {
    Pair pair = connect();

    assertThat(proxy.silence()).isEqualTo(1);
    pair.client.getOutputStream().write(1);
    pair.server.getOutputStream().write(2);

    assertQuiet(pair.client);
    assertQuiet(pair.server);
    assertThat(proxy.bytesToServer()).isZero();
    assertThat(proxy.openConnections()).isEqualTo(1);

    proxy.resume();
    assertThat(pair.server.getInputStream().read()).isEqualTo(1);
    assertThat(pair.client.getInputStream().read()).isEqualTo(2);
  }

  @Test
  void silence_hides_that_the_server_has_closed() throws IOException {
    Pair pair = connect();
    proxy.silence();

    pair.server.close();
    assertQuiet(pair.client);

    proxy.resume();
    assertThat(pair.client.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void silence_does_not_concern_connections_opened_afterwards() throws IOException {
    connect();
    proxy.silence();

    roundTrip(connect());
  }

  @Test
  void lose_fin_closes_the_server_side_and_never_answers_the_client() throws IOException {
    Pair pair = connect();

    assertThat(proxy.loseFin()).isEqualTo(1);

    assertThat(pair.server.getInputStream().read()).isEqualTo(-1);
    pair.client.getOutputStream().write(1);
    assertQuiet(pair.client);
    proxy.resume();
    pair.client.getOutputStream().write(1);
    assertQuiet(pair.client);
    assertThat(proxy.openConnections()).isZero();
  }

  @Test
  void half_open_tells_the_client_with_a_reset_when_it_sends() throws IOException {
    Pair pair = connect();

    assertThat(proxy.halfOpen()).isEqualTo(1);

    assertThat(pair.server.getInputStream().read()).isEqualTo(-1);
    assertQuiet(pair.client);
    pair.client.getOutputStream().write(1);
    assertReset(pair.client);
  }

  @Test
  void half_open_also_ends_a_silent_connection() throws IOException {
    Pair pair = connect();
    proxy.silence();

    proxy.halfOpen();

    pair.client.getOutputStream().write(1);
    assertReset(pair.client);
  }

  @Test
  void refuse_connections_leaves_open_ones_alone_and_ends_on_the_same_port() throws IOException {
    Pair pair = connect();
    int port = proxy.port();

    proxy.refuseConnections();
    proxy.refuseConnections();

    assertThatExceptionOfType(ConnectException.class).isThrownBy(this::openClient);
    roundTrip(pair);

    proxy.resume();
    assertThat(proxy.port()).isEqualTo(port);
    roundTrip(connect());
  }

  @Test
  void accept_silently_never_answers_until_resumed() throws IOException {
    Pair before = connect();
    proxy.acceptSilently();

    Socket client = openClient();
    client.getOutputStream().write(1);
    assertQuiet(client);
    roundTrip(before);

    proxy.resume();
    Socket accepted = accept();
    assertThat(accepted.getInputStream().read()).isEqualTo(1);
    accepted.getOutputStream().write(2);
    assertThat(client.getInputStream().read()).isEqualTo(2);
  }

  @Test
  void accept_silently_listens_again_after_refusing() throws IOException {
    proxy.refuseConnections();
    proxy.acceptSilently();

    assertQuiet(openClient());
  }

  @Test
  void black_hole_silences_open_and_new_connections() throws IOException {
    Pair pair = connect();

    assertThat(proxy.blackHole()).isEqualTo(1);

    pair.server.getOutputStream().write(1);
    assertQuiet(pair.client);
    assertQuiet(openClient());
  }

  @Test
  void another_upstream_serves_the_connections_that_come_next() throws IOException {
    Pair before = connect();
    try (ServerSocket other = listen()) {
      proxy.upstream("127.0.0.1", other.getLocalPort());

      Socket client = openClient();
      Socket accepted = other.accept();
      sockets.add(accepted);
      roundTrip(new Pair(client, accepted));
      roundTrip(before);
      assertThat(proxy)
          .hasToString(
              "FaultProxy[127.0.0.1:"
                  + proxy.port()
                  + " to /127.0.0.1:"
                  + other.getLocalPort()
                  + "]");
    }
  }

  @Test
  void a_client_whose_server_is_not_there_is_reset() throws IOException {
    server.close();

    assertReset(openClient());
    assertThat(proxy.connections()).isEqualTo(1);
  }

  @Test
  void a_switch_holds_for_each_of_many_connections_when_it_returns() throws IOException {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      pairs.add(connect());
    }

    assertThat(proxy.silence()).isEqualTo(100);
    for (Pair pair : pairs) {
      pair.client.getOutputStream().write(1);
    }

    assertThat(proxy.bytesToServer()).isZero();
    proxy.resume();
    for (Pair pair : pairs) {
      assertThat(pair.server.getInputStream().read()).isEqualTo(1);
    }
    assertThat(proxy.bytesToServer()).isEqualTo(100);
  }

  @Test
  void an_interrupt_of_the_caller_harms_no_connection_and_stays_set() throws IOException {
    Pair pair = connect();

    Thread.currentThread().interrupt();
    proxy.silence();
    proxy.resume();
    boolean stillSet = Thread.interrupted();

    assertThat(stillSet).isTrue();
    roundTrip(pair);
  }

  @Test
  void close_closes_port_and_connections_and_keeps_the_counters() throws IOException {
    Pair pair = connect();
    roundTrip(pair);

    proxy.close();
    proxy.close();

    assertThat(pair.client.getInputStream().read()).isEqualTo(-1);
    assertThat(pair.server.getInputStream().read()).isEqualTo(-1);
    assertThatExceptionOfType(ConnectException.class).isThrownBy(this::openClient);
    assertThat(proxy.exchanges()).isEqualTo(1);
    assertThat(proxy.openConnections()).isZero();
    assertThatIllegalStateException().isThrownBy(proxy::silence).withMessage("the proxy is closed");
  }

  @Test
  void values_out_of_bounds_are_refused_with_name_value_and_bounds() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FaultProxy.to("127.0.0.1", 0))
        .withMessage("port is 0, allowed are 1 to 65535");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> proxy.upstream("127.0.0.1", 65_536))
        .withMessage("port is 65536, allowed are 1 to 65535");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> proxy.latency(Duration.ofMillis(-1)))
        .withMessage("latency is PT-0.001S, allowed are zero to PT1H");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FaultProxy.to("no-such-host.invalid", 3306))
        .withMessage("host no-such-host.invalid is unknown");
  }

  private Pair connect() throws IOException {
    return new Pair(openClient(), accept());
  }

  private Socket openClient() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout(ANSWER_MILLIS);
    sockets.add(socket);
    return socket;
  }

  private Socket accept() throws IOException {
    Socket socket = server.accept();
    socket.setSoTimeout(ANSWER_MILLIS);
    sockets.add(socket);
    return socket;
  }

  private static ServerSocket listen() throws IOException {
    ServerSocket socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    socket.setSoTimeout(ANSWER_MILLIS);
    return socket;
  }

  private static void roundTrip(Pair pair) throws IOException {
    pair.client.getOutputStream().write(1);
    assertThat(pair.server.getInputStream().read()).isEqualTo(1);
    pair.server.getOutputStream().write(2);
    assertThat(pair.client.getInputStream().read()).isEqualTo(2);
  }

  private static void assertQuiet(Socket socket) throws IOException {
    socket.setSoTimeout(QUIET_MILLIS);
    assertThatExceptionOfType(SocketTimeoutException.class)
        .isThrownBy(() -> socket.getInputStream().read());
    socket.setSoTimeout(ANSWER_MILLIS);
  }

  private static void assertReset(Socket socket) {
    assertThatExceptionOfType(SocketException.class)
        .isThrownBy(() -> socket.getInputStream().read())
        .withMessageContaining("reset");
  }

  private static void unchecked(IoAction action) {
    try {
      action.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface IoAction {
    void run() throws IOException;
  }

  private record Pair(Socket client, Socket server) {}
}
