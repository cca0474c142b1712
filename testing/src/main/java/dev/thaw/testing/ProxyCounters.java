package dev.thaw.testing;

import java.util.concurrent.atomic.AtomicLong;

/** What a proxy has counted so far; written by its own thread, read by any. */
final class ProxyCounters {
  final AtomicLong connections = new AtomicLong();
  final AtomicLong openConnections = new AtomicLong();
  final AtomicLong bytesToServer = new AtomicLong();
  final AtomicLong bytesToClient = new AtomicLong();
  final AtomicLong exchanges = new AtomicLong();
}
