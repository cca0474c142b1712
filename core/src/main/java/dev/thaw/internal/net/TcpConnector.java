package dev.thaw.internal.net;

import dev.thaw.Deadline;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Opens a TCP connection to the first of several addresses that answers. */
public final class TcpConnector {
  // As long as Linux waits before it asks again: a next try asks as well, and may go elsewhere.
  private static final int SILENT_MILLIS = 1_000;

  // A path on which a packet takes more than a second looks silent, but can be connected over.
  private static final Duration SILENT_FOR = Duration.ofMinutes(1);

  // Since when, by System.nanoTime. Of the whole process, as the network is.
  private static final Map<SocketAddress, Long> SILENT = new ConcurrentHashMap<>();

  private TcpConnector() {}

  /**
   * Notes that an address has stopped to acknowledge; that holds for a minute, and until a connect
   * to it works.
   */
  static void hasGoneSilent(SocketAddress address) {
    SILENT.put(address, System.nanoTime());
  }

  /** Forgets which addresses have gone silent, as after a restore in another network. */
  public static void forgetSilent() {
    SILENT.clear();
  }

  /** Returns whether that holds at a moment, as {@link System#nanoTime()} counts. */
  static boolean isSilent(SocketAddress address, long nanos) {
    Long since = SILENT.get(address);
    return since != null && nanos - since < SILENT_FOR.toNanos();
  }

  /**
   * Connects on the calling thread. An address that does not answer leaves the others their share
   * of the time. One that has gone silent on an open connection before is then as unreachable as
   * one that refuses, after a second: its name may lead elsewhere by then.
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
        // A request that follows the end of a handshake would wait for its acknowledgement, which a
        // peer that has nothing to answer to it puts off by 40 ms.
        socket.setTcpNoDelay(true);
        long share = deadline.remaining().toMillis() / (addresses.length - i);
        connect(socket, new InetSocketAddress(addresses[i], port), share);
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

  private static void connect(ChannelSocket socket, InetSocketAddress address, long millis)
      throws IOException {
    boolean cutShort = millis > SILENT_MILLIS && isSilent(address, System.nanoTime());
    try {
      long limit = cutShort ? SILENT_MILLIS : Math.min(Integer.MAX_VALUE, millis);
      socket.connect(address, (int) Math.max(1, limit));
    } catch (SocketTimeoutException e) {
      if (!cutShort) {
        throw e;
      }
      // Without the cause, which would be told as the reason.
      throw new ConnectException(
          "The host, or the network to it, has gone silent: " + e.getMessage());
    }
    SILENT.remove(address);
  }
}
