package dev.thaw.internal.net;

import dev.thaw.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TCP connection whose deadline is asked before each read and write of the channel, whether the
 * operation would have to wait or not. {@link ChannelSocket} says what each method is for.
 *
 * <p>One thread at a time connects, reads and writes, since all waits share one selector. Another
 * thread may write a few bytes meanwhile: a write waits only if no other thread does, and never
 * goes into the middle of another one.
 */
final class DeadlineChannel {
  private static final Logger LOG = LoggerFactory.getLogger("dev.thaw.ConnectionProvider");
  // A heap buffer is copied through a temporary direct one of the same size; this bounds it.
  private static final int MAX_TRANSFER = 64 * 1024;
  private static final long NO_LIMIT = Long.MAX_VALUE;

  private enum Transfer {
    NONE,
    SENT,
    RECEIVED
  }

  /** What takes the place of the action for the close, once it has run. */
  private enum Closed implements Runnable {
    CLOSED;

    @Override
    public void run() {}
  }

  private record Alarm(long nanoTime, Runnable action) {}

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final ChannelSocket.FirstWrite beforeFirstWrite;
  private final ByteBuffer probe = ByteBuffer.allocate(1);
  private final ReentrantLock waiting = new ReentrantLock();
  private final ReentrantLock sending = new ReentrantLock();
  private final AtomicReference<@Nullable Runnable> onClose = new AtomicReference<>();
  private boolean written;
  private boolean cutOff;
  private Transfer last = Transfer.NONE;
  // Set by the thread that uses the connection next, at each borrow and each return, or by one that
  // closes it and then ends all waits: so neither is volatile.
  private @Nullable Deadline deadline;
  private @Nullable Alarm alarm;
  private volatile int soTimeoutMillis;
  private volatile boolean interruptible = true;
  private volatile boolean closing;

  DeadlineChannel(ChannelSocket.FirstWrite beforeFirstWrite) throws IOException {
    this.beforeFirstWrite = beforeFirstWrite;
    this.channel = SocketChannel.open();
    try {
      channel.configureBlocking(false);
      this.selector = Selector.open();
      this.key = channel.register(selector, 0);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Returns the channel, for its options and addresses. */
  SocketChannel channel() {
    return channel;
  }

  void deadline(@Nullable Deadline value) {
    this.deadline = value;
  }

  @Nullable Deadline deadline() {
    return deadline;
  }

  void alarm(long nanoTime, Runnable action) {
    this.alarm = new Alarm(nanoTime, action);
  }

  void alarmOff() {
    this.alarm = null;
  }

  void soTimeout(int millis) {
    this.soTimeoutMillis = millis;
  }

  int soTimeout() {
    return soTimeoutMillis;
  }

  void interruptible(boolean value) {
    this.interruptible = value;
  }

  void onClose(Runnable action) {
    Runnable present = onClose.get();
    while (present != Closed.CLOSED) {
      if (onClose.compareAndSet(present, action)) {
        return;
      }
      present = onClose.get();
    }
    run(action);
  }

  boolean isPeerOpen() {
    try {
      probe.clear();
      return !closing && channel.read(probe) == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns whether a thread waits for the peer. */
  boolean isWaiting() {
    return waiting.isLocked();
  }

  void stopWaiting() {
    closing = true;
    selector.wakeup();
  }

  void abort() {
    try {
      close();
    } catch (IOException e) {
      // Nothing is left to be closed then.
    }
  }

  void close() throws IOException {
    closing = true;
    try {
      channel.close();
    } finally {
      try {
        selector.close();
      } finally {
        Runnable action = onClose.getAndSet(Closed.CLOSED);
        if (action != null) {
          run(action);
        }
      }
    }
  }

  void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
    String what = "connect to " + endpoint;
    long start = System.nanoTime();
    try {
      long left = timeLeft(SelectionKey.OP_CONNECT, start, what);
      boolean connected = channel.connect(endpoint);
      while (!connected) {
        await(SelectionKey.OP_CONNECT, start, timeoutMillis, left, what);
        left = timeLeft(SelectionKey.OP_CONNECT, start, what);
        connected = channel.finishConnect();
      }
    } catch (ClosedChannelException e) {
      throw closed(e);
    } catch (UnsupportedAddressTypeException e) {
      abort();
      // An IPv6 address, and the JVM or the machine has IPv4 only.
      SocketException exception = new SocketException("No support for the address " + endpoint);
      exception.initCause(e);
      throw exception;
    } catch (IOException e) {
      // A failed connect has closed the channel, but not the selector.
      abort();
      throw e;
    }
  }

  int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, Math.min(length, MAX_TRANSFER));
    long start = System.nanoTime();
    while (true) {
      requireOpen();
      long left = timeLeft(SelectionKey.OP_READ, start, "read");
      if (closing) {
        return -1;
      }
      int count;
      try {
        count = channel.read(buffer);
      } catch (ClosedChannelException e) {
        throw closed(e);
      }
      if (count != 0) {
        last = Transfer.RECEIVED;
        return count;
      }
      await(SelectionKey.OP_READ, start, soTimeoutMillis, left, "read");
    }
  }

  void write(byte[] bytes, int offset, int length) throws IOException {
    // Two messages that mix could become one that means something else.
    if (!sending.tryLock()) {
      throw new SocketException("Another thread is sending on this connection");
    }
    try {
      if (!written) {
        written = true;
        beforeFirstWrite.run();
      }
      send(bytes, offset, length);
    } finally {
      sending.unlock();
    }
  }

  private void send(byte[] bytes, int offset, int length) throws IOException {
    if (cutOff) {
      // The peer would take this for the rest of that message.
      throw new SocketException("An earlier message was sent only in part");
    }
    int end = offset + length;
    int position = offset;
    long start = System.nanoTime();
    try {
      while (position < end) {
        requireOpen();
        long left = timeLeft(SelectionKey.OP_WRITE, start, "write");
        int count =
            channel.write(ByteBuffer.wrap(bytes, position, Math.min(end - position, MAX_TRANSFER)));
        if (count > 0) {
          last = Transfer.SENT;
          position += count;
          // The socket timeout is for a peer that takes nothing, not for much to send.
          start = System.nanoTime();
        } else if (closing) {
          return;
        } else {
          await(SelectionKey.OP_WRITE, start, soTimeoutMillis, left, "write");
        }
      }
    } catch (ClosedChannelException e) {
      throw closed(e);
    } finally {
      cutOff = position < end && last == Transfer.SENT;
    }
  }

  private void requireOpen() throws SocketException {
    if (!channel.isOpen()) {
      throw new SocketException("Socket closed");
    }
  }

  /**
   * Returns the nanoseconds until the deadline; throws if it has passed. Asks the deadline once.
   */
  private long timeLeft(int operation, long start, String what) throws SocketTimeoutException {
    Deadline bound = deadline;
    if (bound == null) {
      return NO_LIMIT;
    }
    long left = bound.remaining().toNanos();
    if (left == 0) {
      throw deadlinePassed(operation, start, what);
    }
    return left;
  }

  /**
   * Waits until the channel is ready, or may be.
   *
   * @param start when the operation began, which the timeout is counted from
   * @param left the nanoseconds from now to the deadline
   */
  private void await(int operation, long start, int timeoutMillis, long left, String what)
      throws IOException {
    long asked = System.nanoTime();
    long timeout = timeoutMillis > 0 ? timeoutMillis * 1_000_000L : NO_LIMIT;
    boolean interrupted = false;
    try {
      while (true) {
        if (closing) {
          throw new SocketException("Socket closed");
        }
        long now = System.nanoTime();
        long untilDeadline = rest(left, now - asked);
        if (untilDeadline <= 0) {
          throw deadlinePassed(operation, start, what);
        }
        long untilTimeout = rest(timeout, now - start);
        if (untilTimeout <= 0) {
          throw noAnswer(start, what);
        }
        long wait = Math.min(untilDeadline, untilTimeout);
        Alarm due = operation == SelectionKey.OP_READ ? alarm : null;
        if (due != null && due.nanoTime() - now <= 0) {
          alarm = null;
          run(due.action());
          return;
        }
        if (select(operation, due == null ? wait : Math.min(wait, due.nanoTime() - now))) {
          return;
        }
        if (Thread.interrupted()) {
          interrupted = true;
          if (interruptible) {
            closing = true;
            throw new InterruptedIOException("Interrupted: " + what);
          }
        }
      }
    } catch (ClosedSelectorException | CancelledKeyException e) {
      throw closed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
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

  private SocketTimeoutException deadlinePassed(int operation, long start, String what) {
    closing = true;
    if (operation == SelectionKey.OP_WRITE) {
      return last == Transfer.SENT
          ? new SocketTimeoutException("The deadline passed while sending a request")
          : new NothingSentException();
    }
    return operation == SelectionKey.OP_READ && last == Transfer.RECEIVED
        ? new SocketTimeoutException("The deadline passed while reading a result")
        : noAnswer(start, what);
  }

  private SocketTimeoutException noAnswer(long start, String what) {
    // The protocol's state is unknown from here on, so that no later read may wait for this peer.
    closing = true;
    return new SocketTimeoutException(
        "No answer after " + (System.nanoTime() - start) / 1_000_000 + " ms: " + what);
  }

  static SocketException closed(Throwable cause) {
    SocketException exception = new SocketException("Socket closed");
    exception.initCause(cause);
    return exception;
  }

  private static void run(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.debug("An action of a connection failed", e);
    }
  }
}
