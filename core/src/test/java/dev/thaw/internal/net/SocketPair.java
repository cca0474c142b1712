package dev.thaw.internal.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;

import dev.thaw.fixture.Background;
import dev.thaw.fixture.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A connected {@link ChannelSocket} and the plain socket of its peer. */
record SocketPair(Listener listener, ChannelSocket socket, Socket peer) implements AutoCloseable {

  static SocketPair open() throws IOException {
    return open(null);
  }

  static SocketPair open(@Nullable SocketTable table) throws IOException {
    Listener listener = Listener.open();
    ChannelSocket socket = new ChannelSocket(() -> {}, table);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.port()));
    return new SocketPair(listener, socket, listener.accept());
  }

  /** Waits until a thread waits for the peer of the socket. */
  static void awaitWaiting(ChannelSocket socket) {
    await().pollInterval(Duration.ofMillis(2)).atMost(Background.LONG).until(socket::isWaiting);
  }

  /** Sends a few bytes from the peer. */
  void say(String text) throws IOException {
    peer.getOutputStream().write(text.getBytes(US_ASCII));
  }

  @Override
  public void close() throws IOException {
    socket.abort();
    listener.close();
  }
}
