package dev.thaw.testing.internal.proxy;

import java.util.concurrent.atomic.AtomicLong;

/** What a proxy has counted so far; written by its own thread, read by any. */
public final class ProxyCounters {
  /** Connections accepted. */
  public final AtomicLong connections = new AtomicLong();

  /** Connections that are open and not lost. */
  public final AtomicLong openConnections = new AtomicLong();

  /** Bytes read from clients. */
  public final AtomicLong bytesToServer = new AtomicLong();

  /** Bytes read from the server. */
  public final AtomicLong bytesToClient = new AtomicLong();

  /** Times that a client spoke after it had listened. */
  public final AtomicLong exchanges = new AtomicLong();
}
