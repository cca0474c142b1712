package dev.thaw.testing.internal.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A client's connection and the one to the server behind it. Used by the proxy's thread only. */
public final class ProxyLink {
  private final Selector selector;
  private final ProxyCounters counters;
  private final SocketChannel client;
  private final SelectionKey clientKey;
  private final ProxyPipe toServer = new ProxyPipe();
  private final ProxyPipe toClient = new ProxyPipe();
  private @Nullable SocketChannel server;
  private @Nullable SelectionKey serverKey;
  private boolean silent;
  private boolean serverLost;
  private boolean resetOnData;
  private boolean clientSentLast;
  private boolean clientIsFull;
  private boolean closed;

  ProxyLink(Selector selector, ProxyCounters counters, SocketChannel client) throws IOException {
    this.selector = selector;
    this.counters = counters;
    this.client = client;
    client.configureBlocking(false);
    client.setOption(StandardSocketOptions.TCP_NODELAY, true);
    this.clientKey = client.register(selector, 0, this);
  }

  void connect(InetSocketAddress upstream) {
    try {
      SocketChannel channel = SocketChannel.open();
      server = channel;
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      serverKey = channel.register(selector, 0, this);
      channel.connect(upstream);
    } catch (IOException e) {
      reset();
    }
    updateInterest(false);
  }

  /** Stops forwarding, without telling either side. */
  public void silence() {
    silent = true;
    updateInterest(false);
  }

  /** Forwards again, if {@link #silence()} stopped it. */
  void resume(InetSocketAddress upstream) {
    silent = false;
    if (server == null && !serverLost) {
      connect(upstream);
    } else {
      updateInterest(false);
    }
  }

  /** Closes the server's side and tells the client nothing. */
  public void loseServer(boolean thenResetOnData) {
    silent = false;
    serverLost = true;
    resetOnData = thenResetOnData;
    closeGracefully(server);
    server = null;
    serverKey = null;
    updateInterest(false);
  }

  /** Closes both sides with a FIN. */
  public void disconnect() {
    closeGracefully(client);
    closeGracefully(server);
    markClosed();
  }

  /** Closes both sides with a RST. */
  public void reset() {
    closeHard(client);
    closeHard(server);
    markClosed();
  }

  boolean isClosed() {
    return closed;
  }

  /** Returns whether the connection is intact and the client has not closed its side. */
  boolean isOpenAtClient() {
    return isIntact() && !toServer.isEnding();
  }

  /** Returns whether the connection is up and not known to be lost. */
  boolean isIntact() {
    return !closed && !serverLost;
  }

  /** Does what the sockets are ready for and what has become due. */
  void proceed(ByteBuffer scratch, long latencyNanos, long nowNanos) {
    if (closed || silent) {
      return;
    }
    try {
      if (serverLost) {
        proceedWithoutServer(scratch);
      } else if (server != null) {
        proceedWith(server, scratch, latencyNanos, nowNanos);
      }
    } catch (IOException e) {
      // One side broke, most often with a RST: the other side shall see the same.
      reset();
    }
  }

  private void proceedWith(
      SocketChannel connection, ByteBuffer scratch, long latencyNanos, long nowNanos)
      throws IOException {
    if (!connection.isConnected() && !connection.finishConnect()) {
      return;
    }
    if (toServer.hasRoom()) {
      int count = toServer.read(client, scratch, nowNanos);
      if (count > 0) {
        counters.bytesToServer.addAndGet(count);
        if (!clientSentLast) {
          clientSentLast = true;
          counters.exchanges.incrementAndGet();
        }
      }
    }
    boolean serverIsFull = !toServer.write(connection, nowNanos);
    if (toClient.hasRoom()) {
      int count = toClient.read(connection, scratch, nowNanos + latencyNanos);
      if (count > 0) {
        counters.bytesToClient.addAndGet(count);
        clientSentLast = false;
      }
    }
    clientIsFull = !toClient.write(client, nowNanos);
    if (toServer.hasEnded() && toClient.hasEnded()) {
      disconnect();
    } else {
      updateInterest(serverIsFull);
    }
  }

  private void proceedWithoutServer(ByteBuffer scratch) throws IOException {
    scratch.clear();
    int count = client.read(scratch);
    if (count < 0 || (count > 0 && resetOnData)) {
      reset();
    }
  }

  OptionalLong nextDueNanos() {
    boolean waiting = closed || silent || serverLost || clientIsFull;
    return waiting ? OptionalLong.empty() : toClient.nextDueNanos();
  }

  private void updateInterest(boolean serverIsFull) {
    if (closed || !clientKey.isValid()) {
      return;
    }
    if (silent) {
      clientKey.interestOps(0);
      setServerInterest(0);
    } else if (serverLost) {
      clientKey.interestOps(SelectionKey.OP_READ);
    } else if (server != null && !server.isConnected()) {
      clientKey.interestOps(0);
      setServerInterest(SelectionKey.OP_CONNECT);
    } else {
      clientKey.interestOps(interest(toServer.hasRoom(), clientIsFull));
      setServerInterest(interest(toClient.hasRoom(), serverIsFull));
    }
  }

  private void setServerInterest(int operations) {
    if (serverKey != null && serverKey.isValid()) {
      serverKey.interestOps(operations);
    }
  }

  private static int interest(boolean read, boolean write) {
    return (read ? SelectionKey.OP_READ : 0) | (write ? SelectionKey.OP_WRITE : 0);
  }

  private void markClosed() {
    closed = true;
  }

  private static void closeGracefully(@Nullable SocketChannel channel) {
    if (channel == null) {
      return;
    }
    try {
      if (channel.isConnected()) {
        channel.shutdownOutput();
        // The kernel turns the FIN of a close into a RST if received data was never read.
        ByteBuffer sink = ByteBuffer.allocate(8192);
        while (channel.read(sink) > 0) {
          sink.clear();
        }
      }
    } catch (IOException e) {
      // The peer has closed the connection first.
    }
    close(channel);
  }

  private static void closeHard(@Nullable SocketChannel channel) {
    if (channel == null) {
      return;
    }
    try {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException e) {
      // Closed already, or never connected: there is no connection to reset.
    }
    close(channel);
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // A failed close leaves nothing that could be done better.
    }
  }
}
