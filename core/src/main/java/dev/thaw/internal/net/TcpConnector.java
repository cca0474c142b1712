package dev.thaw.internal.net;

import dev.thaw.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.function.Consumer;

/** Opens a TCP connection to the first of several addresses that answers. */
public final class TcpConnector {
  private TcpConnector() {}

  /**
   * Connects on the calling thread.
   *
   * @param addresses where to, in this order
   * @param port the port
   * @param deadline the end of all attempts, and of what is done with the socket later
   * @param beforeFirstWrite runs once, before the socket's first byte is sent
   * @param opened is given each socket before it is connected
   */
  public static ChannelSocket connect(
      InetAddress[] addresses,
      int port,
      Deadline deadline,
      ChannelSocket.FirstWrite beforeFirstWrite,
      Consumer<ChannelSocket> opened)
      throws IOException {
    IOException failure = new SocketException("The host name has no address");
    for (int i = 0; i < addresses.length; i++) {
      ChannelSocket socket = new ChannelSocket(beforeFirstWrite);
      try {
        socket.deadline(deadline);
        opened.accept(socket);
        socket.setKeepAlive(true);
        // An address that does not answer leaves the others their share of the time.
        long share = deadline.remaining().toMillis() / (addresses.length - i);
        socket.connect(
            new InetSocketAddress(addresses[i], port),
            (int) Math.max(1, Math.min(Integer.MAX_VALUE, share)));
        return socket;
      } catch (IOException e) {
        socket.abort();
        failure = e;
        if (deadline.hasPassed() || Thread.currentThread().isInterrupted()) {
          break;
        }
      }
    }
    throw failure;
  }
}
