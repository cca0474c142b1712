package dev.thaw.internal.net;

import dev.thaw.Deadline;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection whose deadline is asked before each read and write of the channel, whether the
 * operation would have to wait or not. {@link ChannelSocket} says what each method is for.
 *
 * <p>One thread at a time connects, reads and writes, since all waits share one selector. Another
 * thread may write a few bytes meanwhile: a write waits only if no other thread does, and never
 * goes into the middle of another one.
 */
final class DeadlineChannel {
  // A heap buffer is copied through a temporary direct one of the same size; this bounds it.
  private static final int MAX_TRANSFER = 64 * 1024;

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

  private final SocketChannel channel;
  private final ChannelWait wait;
  private final ChannelSocket.FirstWrite beforeFirstWrite;
  private final ByteBuffer probe = ByteBuffer.allocate(1);
  private final ReentrantLock sending = new ReentrantLock();
  private final AtomicReference<@Nullable Runnable> onClose = new AtomicReference<>();
  private boolean written;
  private boolean cutOff;
  private Transfer last = Transfer.NONE;
  // Set by the thread that uses the connection next, at each borrow and each return, or by one that
  // closes it and then ends all waits: so it is not volatile.
  private @Nullable Deadline deadline;
  private volatile int soTimeoutMillis;

  /**
   * Creates an unconnected channel.
   *
   * @param table what tells whether the peer acknowledges; {@code null} for the kernel's
   */
  DeadlineChannel(ChannelSocket.FirstWrite beforeFirstWrite, @Nullable SocketTable table)
      throws IOException {
    this.beforeFirstWrite = beforeFirstWrite;
    this.channel = SocketChannel.open();
    try {
      channel.configureBlocking(false);
      this.wait = new ChannelWait(channel, table);
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
    wait.alarm(nanoTime, action);
  }

  void alarmOff() {
    wait.alarmOff();
  }

  void soTimeout(int millis) {
    this.soTimeoutMillis = millis;
  }

  int soTimeout() {
    return soTimeoutMillis;
  }

  void interruptible(boolean value) {
    wait.interruptible(value);
  }

  void onClose(Runnable action) {
    Runnable present = onClose.get();
    while (present != Closed.CLOSED) {
      if (onClose.compareAndSet(present, action)) {
        return;
      }
      present = onClose.get();
    }
    ChannelWait.run(action);
  }

  boolean isPeerOpen() {
    try {
      probe.clear();
      return !wait.isStopped() && channel.read(probe) == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns whether a thread waits for the peer. */
  boolean isWaiting() {
    return wait.isUnderWay();
  }

  void stopWaiting() {
    wait.stop();
  }

  void abort() {
    try {
      close();
    } catch (IOException e) {
      // Nothing is left to be closed then.
    }
  }

  void close() throws IOException {
    wait.stop();
    try {
      channel.close();
    } finally {
      try {
        wait.close();
      } finally {
        Runnable action = onClose.getAndSet(Closed.CLOSED);
        if (action != null) {
          ChannelWait.run(action);
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
      throw ChannelWait.closed(e);
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
    try {
      return length == 0 ? 0 : receive(bytes, offset, length);
    } catch (RuntimeException | Error e) {
      closeOutOfStep();
      throw e;
    }
  }

  private int receive(byte[] bytes, int offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, Math.min(length, MAX_TRANSFER));
    long start = System.nanoTime();
    while (true) {
      requireOpen();
      // Also while data flows.
      wait.ring(start);
      long left = timeLeft(SelectionKey.OP_READ, start, "read");
      if (wait.isStopped()) {
        return -1;
      }
      int count;
      try {
        count = channel.read(buffer);
      } catch (ClosedChannelException e) {
        throw ChannelWait.closed(e);
      } catch (IOException e) {
        throw wait.failed(e, start);
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
    } catch (RuntimeException | Error e) {
      closeOutOfStep();
      throw e;
    } finally {
      sending.unlock();
    }
  }

  /**
   * Closes the connection after a failure of the application's code, as of the deadline's supplier.
   * The driver closes it for an {@link IOException} only: it would take the answer that is still to
   * come for that of the next statement.
   */
  private void closeOutOfStep() {
    abort();
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
        wait.ring(start);
        long left = timeLeft(SelectionKey.OP_WRITE, start, "write");
        int count =
            channel.write(ByteBuffer.wrap(bytes, position, Math.min(end - position, MAX_TRANSFER)));
        if (count > 0) {
          last = Transfer.SENT;
          position += count;
          // The socket timeout is for a peer that takes nothing, not for much to send.
          start = System.nanoTime();
        } else if (wait.isStopped()) {
          return;
        } else {
          await(SelectionKey.OP_WRITE, start, soTimeoutMillis, left, "write");
        }
      }
    } catch (ClosedChannelException e) {
      throw ChannelWait.closed(e);
    } finally {
      cutOff = position < end && last == Transfer.SENT;
    }
  }

  private void await(int operation, long start, int timeoutMillis, long left, String what)
      throws IOException {
    if (!wait.await(operation, start, timeoutMillis, left, what)) {
      throw deadlinePassed(operation, start, what);
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
      return ChannelWait.NO_LIMIT;
    }
    long left = bound.remaining().toNanos();
    if (left == 0) {
      throw deadlinePassed(operation, start, what);
    }
    return left;
  }

  /** Returns whether a read or a write has ended at its deadline or its timeout. */
  boolean hasTimedOut() {
    return wait.hasTimedOut();
  }

  @Nullable SilentPeerException silence() {
    return wait.silence();
  }

  private SocketTimeoutException deadlinePassed(int operation, long start, String what) {
    wait.timedOut();
    if (operation == SelectionKey.OP_WRITE) {
      return last == Transfer.SENT
          ? new SocketTimeoutException("The deadline passed while sending a request")
          : new NothingSentException();
    }
    return operation == SelectionKey.OP_READ && last == Transfer.RECEIVED
        ? new SocketTimeoutException("The deadline passed while reading a result")
        : wait.noAnswer(start, what);
  }
}
