package dev.thaw.internal.net;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The sockets of connects that are under way, so that a close can end them. Thread-safe. */
public final class SocketRegistry {
  private final Set<ChannelSocket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Enters a socket; closes it at once if the registry is closed. */
  public void add(ChannelSocket socket) {
    sockets.add(socket);
    if (closed) {
      socket.abort();
    }
  }

  /** Removes a socket whose connect is over. */
  public void remove(ChannelSocket socket) {
    sockets.remove(socket);
  }

  /** Returns whether no connect is under way. */
  public boolean isEmpty() {
    return sockets.isEmpty();
  }

  /** Closes every socket in it, and each one that is added until {@link #reopen()}. */
  public void close() {
    closed = true;
    sockets.forEach(ChannelSocket::abort);
  }

  /** Lets sockets be added again. */
  public void reopen() {
    closed = false;
  }
}
