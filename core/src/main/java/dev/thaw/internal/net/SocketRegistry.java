package dev.thaw.internal.net;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The sockets of connects in flight, so that a close can end them. Safe for several threads. */
public final class SocketRegistry {
  private final Set<ChannelSocket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  public void add(ChannelSocket socket) {
    sockets.add(socket);
    if (closed) {
      socket.abort();
    }
  }

  public void remove(ChannelSocket socket) {
    sockets.remove(socket);
  }

  /** Returns whether no connect is under way. */
  public boolean isEmpty() {
    return sockets.isEmpty();
  }

  /** Closes every socket in it and each one that is added until {@link #reopen()}. */
  public void close() {
    closed = true;
    sockets.forEach(ChannelSocket::abort);
  }

  /** Lets sockets be added again. */
  public void reopen() {
    closed = false;
  }
}
