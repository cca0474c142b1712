package dev.thaw.internal.net;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.thaw.fixture.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A connected {@link ChannelSocket} and the plain socket of its peer. */
record SocketPair(Listener listener, ChannelSocket socket, Socket peer) implements AutoCloseable {

  static SocketPair open() throws IOException {
    Listener listener = Listener.open();
    ChannelSocket socket = new ChannelSocket(() -> {});
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.port()));
    return new SocketPair(listener, socket, listener.accept());
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
