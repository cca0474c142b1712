package dev.thaw.internal.net;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits, on one thread at a time, until a non-blocking channel is ready. */
final class ChannelWait {
  static final long NO_LIMIT = Long.MAX_VALUE;

  private static final Logger LOG = LoggerFactory.getLogger("dev.thaw.ConnectionProvider");

  private record Alarm(long nanoTime, Runnable action) {}

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final ReentrantLock waiting = new ReentrantLock();
  private @Nullable SocketTable table;
  // Set by the thread that will read or write.
  private @Nullable Alarm alarm;
  private volatile boolean interruptible = true;
  private volatile boolean stopped;
  private volatile @Nullable SilentPeerException silence;
  private volatile boolean timedOut;

  /**
   * Creates what waits for a channel.
   *
   * @param table what tells whether the peer acknowledges; {@code null} for the kernel's, which is
   *     not loaded before it is needed
   */
  ChannelWait(SocketChannel channel, @Nullable SocketTable table) throws IOException {
    this.channel = channel;
    this.table = table;
    this.selector = Selector.open();
    try {
      this.key = channel.register(selector, 0);
    } catch (IOException | RuntimeException e) {
      selector.close();
      throw e;
    }
  }

  void alarm(long nanoTime, Runnable action) {
    this.alarm = new Alarm(nanoTime, action);
  }

  void alarmOff() {
    this.alarm = null;
  }

  void interruptible(boolean value) {
    this.interruptible = value;
  }

  /** Returns whether a thread waits. */
  boolean isUnderWay() {
    return waiting.isLocked();
  }

  /** Ends the wait that is under way, and lets no other begin. */
  void stop() {
    stopped = true;
    selector.wakeup();
  }

  /** Returns whether no wait may begin any more. */
  boolean isStopped() {
    return stopped;
  }

  void close() throws IOException {
    stopped = true;
    selector.close();
  }

  /**
   * Waits until the channel is ready, or may be.
   *
   * @param operation what for, as a {@link SelectionKey} names it
   * @param start when the operation began, which the timeout is counted from
   * @param timeoutMillis how long it may take; zero for no limit
   * @param left the nanoseconds from now to the deadline
   * @param what the operation, for messages
   * @return false if the deadline has passed
   */
  boolean await(int operation, long start, int timeoutMillis, long left, String what)
      throws IOException {
    long asked = System.nanoTime();
    long timeout = timeoutMillis > 0 ? timeoutMillis * 1_000_000L : NO_LIMIT;
    boolean interrupted = false;
    PeerWatch watch = null;
    try {
      while (true) {
        requireWaiting();
        long now = System.nanoTime();
        long untilDeadline = rest(left, now - asked);
        if (untilDeadline <= 0) {
          return false;
        }
        long untilTimeout = rest(timeout, now - start);
        if (untilTimeout <= 0) {
          throw noAnswer(start, what);
        }
        Alarm due = alarm;
        long untilAlarm = due == null ? NO_LIMIT : due.nanoTime() - now;
        if (ring(now)) {
          return true;
        }
        if (watch == null && operation != SelectionKey.OP_CONNECT) {
          watch = watchIfDue(start, now);
        }
        long untilLook = watch == null ? untilWatch(operation, now - start) : look(watch, now);
        long untilLimit = Math.min(untilDeadline, untilTimeout);
        if (select(operation, Math.min(untilLook, Math.min(untilAlarm, untilLimit)))) {
          return true;
        }
        if (Thread.interrupted()) {
          interrupted = true;
          requireUninterrupted(what);
        }
      }
    } catch (ClosedSelectorException | CancelledKeyException e) {
      throw closed(e);
    } finally {
      if (watch != null) {
        watch.pause();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private @Nullable PeerWatch watchIfDue(long start, long now) {
    if (now - start < PeerWatch.LOOK_AFTER) {
      return null;
    }
    SocketTable source = table();
    return source == SocketTable.NONE ? null : new PeerWatch(source, channel, start);
  }

  private SocketTable table() {
    SocketTable present = table;
    if (present == null) {
      present = SocketTable.ofKernel(System.getProperty("os.name"));
      table = present;
    }
    return present;
  }

  private static long untilWatch(int operation, long waited) {
    return operation == SelectionKey.OP_CONNECT || waited >= PeerWatch.LOOK_AFTER
        ? NO_LIMIT
        : PeerWatch.LOOK_AFTER - waited;
  }

  /**
   * Returns what a read is to fail with.
   *
   * @param e what the channel has thrown
   * @param start when the read began
   */
  IOException failed(IOException e, long start) {
    long waited = System.nanoTime() - start;
    // A reset is a SocketException. All else that can happen to a peer that is asked by keep-alive
    // is that it does not answer; the kernel then says so, or what a router has told it.
    if (waited < PeerWatch.LOOK_AFTER
        || e instanceof SocketException
        || table() == SocketTable.NONE) {
      return e;
    }
    return ended(SilentPeerException.afterKeepAlive(waited / 1_000_000, e));
  }

  /** Looks whether the peer acknowledges, if that is due; returns the time until the next look. */
  private long look(PeerWatch watch, long now) throws SilentPeerException {
    try {
      return watch.look(now);
    } catch (SilentPeerException e) {
      throw ended(e);
    }
  }

  private SilentPeerException ended(SilentPeerException e) {
    silence = e;
    goneSilent();
    return e;
  }

  /** Returns what a wait has ended with since the peer is silent, or {@code null}. */
  @Nullable SilentPeerException silence() {
    return silence;
  }

  private void goneSilent() {
    // Whatever is above, such as TLS, would wait for the peer when it closes.
    stopped = true;
    try {
      TcpConnector.hasGoneSilent(channel.getRemoteAddress());
    } catch (IOException e) {
      // Closed meanwhile.
    }
  }

  /** Runs the action of the alarm if it is due; returns whether it was. */
  boolean ring(long now) {
    Alarm due = alarm;
    if (due == null || due.nanoTime() - now > 0) {
      return false;
    }
    alarm = null;
    // The action waits for answers of its own.
    boolean interrupted = !interruptible && Thread.interrupted();
    try {
      run(due.action());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    return true;
  }

  private void requireWaiting() throws SocketException {
    if (stopped) {
      throw new SocketException("Socket closed");
    }
  }

  private void requireUninterrupted(String what) throws InterruptedIOException {
    if (interruptible) {
      stopped = true;
      throw new InterruptedIOException("Interrupted: " + what);
    }
  }

  private boolean select(int operation, long nanos) throws IOException {
    if (!waiting.tryLock()) {
      throw new SocketException("Another thread waits on this connection");
    }
    try {
      key.interestOps(operation);
      selector.selectedKeys().clear();
      // Rounded up: zero is no limit to a selector, and less than what is left would spin.
      int ready = nanos == NO_LIMIT ? selector.select() : selector.select(nanos / 1_000_000 + 1);
      return ready > 0;
    } finally {
      waiting.unlock();
    }
  }

  private static long rest(long limit, long used) {
    return limit == NO_LIMIT ? NO_LIMIT : limit - used;
  }

  /** Ends all waits: the protocol's state is unknown once one was given up. */
  void timedOut() {
    timedOut = true;
    stopped = true;
  }

  boolean hasTimedOut() {
    return timedOut;
  }

  /** Ends all waits for a peer that has not answered, and returns what to throw. */
  SocketTimeoutException noAnswer(long start, String what) {
    long waited = System.nanoTime() - start;
    timedOut();
    // A connect without an answer is no evidence: a busy server drops what else would connect.
    if (channel.isConnected()
        && waited >= PeerWatch.ACKNOWLEDGED_AFTER
        && PeerWatch.isUnacknowledged(table(), channel)) {
      goneSilent();
    }
    return new SocketTimeoutException("No answer after " + waited / 1_000_000 + " ms: " + what);
  }

  static SocketException closed(Throwable cause) {
    SocketException exception = new SocketException("Socket closed");
    exception.initCause(cause);
    return exception;
  }

  /** Runs an action that must not disturb what it is called from. */
  static void run(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.debug("An action of a connection failed", e);
    }
  }
}
