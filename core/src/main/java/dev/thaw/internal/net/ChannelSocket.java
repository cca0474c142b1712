package dev.thaw.internal.net;

import dev.thaw.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A socket over a non-blocking channel, for what a plain socket cannot do: ask the kernel whether
 * the peer has closed without a round trip, end every read and write at a deadline, also while data
 * flows, and close at once although the TLS layer above would wait for the peer.
 *
 * <p>A blocking {@link java.nio.channels.SocketChannel#socket()} would do the first too, but an
 * interrupt of the reading thread closes it. Here an interrupt ends a wait only while connecting;
 * later it is kept for the caller, as with a plain socket.
 *
 * <p>On Linux a read or write that waits for longer than a second asks the kernel whether the peer
 * still acknowledges what was sent ({@link PeerWatch}). One that does not is gone: the wait ends
 * with a {@link SilentPeerException}, and no other begins.
 *
 * <p>For one thread at a time, as MySQL's protocol is. {@link #stopWaiting()}, {@link #abort()},
 * {@link #close()} and {@link #onClose} are thread-safe, and another thread may send a last message
 * while the first one waits in a read: it is tried once, without waiting.
 */
// Socket synchronizes a few of its methods to guard its own lazy creation, which is not used here;
// a lock held while closing would let a stuck caller delay abort().
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
public final class ChannelSocket extends ChannelOptions {
  private final DeadlineChannel channel;
  private InputStream input = new ChannelInput();
  private OutputStream output = new ChannelOutput();

  /**
   * Creates an unconnected socket.
   *
   * @param beforeFirstWrite runs once, on the writing thread, before the first byte is sent
   */
  public ChannelSocket(FirstWrite beforeFirstWrite) throws IOException {
    this(beforeFirstWrite, null);
  }

  /** Creates a socket that asks the given table whether its peer acknowledges. */
  ChannelSocket(FirstWrite beforeFirstWrite, @Nullable SocketTable table) throws IOException {
    this(new DeadlineChannel(beforeFirstWrite, table));
  }

  private ChannelSocket(DeadlineChannel channel) {
    super(channel.channel());
    this.channel = channel;
  }

  /** Replaces what {@link #getInputStream()} and {@link #getOutputStream()} return. */
  public void present(InputStream in, OutputStream out) {
    this.input = in;
    this.output = out;
  }

  /**
   * Sets the deadline of every later read and write, on top of the socket timeout. It is asked once
   * before each read and write of the channel, whether data is there or not; one that ends with it
   * throws a {@link java.net.SocketTimeoutException}, and the socket is only good for closing then.
   * A write that had sent nothing since the last answer throws a {@link NothingSentException}.
   *
   * @param value the deadline, or {@code null} for none
   */
  public void deadline(@Nullable Deadline value) {
    channel.deadline(value);
  }

  /** Returns the deadline that is in force, or {@code null}. */
  public @Nullable Deadline deadline() {
    return channel.deadline();
  }

  /**
   * Sets what the first read or write after the given time does, or one that waits then. The action
   * runs once, on the thread that reads or writes, which then goes on. A later call replaces it. A
   * runtime exception of the action is logged and ignored.
   *
   * @param nanoTime when, as {@link System#nanoTime()} counts
   * @param action what to do
   */
  public void alarm(long nanoTime, Runnable action) {
    channel.alarm(nanoTime, action);
  }

  /** Forgets the alarm, if one is set. */
  public void alarmOff() {
    channel.alarmOff();
  }

  /** Returns whether a read or a write has ended at its deadline or its timeout. */
  public boolean hasTimedOut() {
    return channel.hasTimedOut();
  }

  /** Returns what a read or a write has ended with since the peer is silent, or {@code null}. */
  public @Nullable SilentPeerException silence() {
    return channel.silence();
  }

  /** Sets whether an interrupt ends a wait. */
  public void interruptible(boolean value) {
    channel.interruptible(value);
  }

  /**
   * Sets what runs, once, on the closing thread, when this is closed; at once if it already is. A
   * later call replaces it. A runtime exception of the action is logged and ignored. Thread-safe.
   */
  public void onClose(Runnable action) {
    channel.onClose(action);
  }

  /**
   * Asks the local kernel, without a round trip, whether the peer has left an idle connection open.
   * Only while no thread reads: a byte that has arrived is consumed.
   *
   * @return false if the peer has closed or reset it, or has said something unasked, as MySQL does
   *     when it ends an idle session ({@code ER_CLIENT_INTERACTION_TIMEOUT})
   */
  public boolean isPeerOpen() {
    return channel.isPeerOpen();
  }

  /** Returns whether a thread waits for the peer. */
  boolean isWaiting() {
    return channel.isWaiting();
  }

  /**
   * Ends all waiting from now on: reads find the end of the stream, writes send what the kernel
   * takes at once. The close of a TLS socket, which waits seconds for the peer's answer, then
   * returns immediately. Thread-safe.
   */
  public void stopWaiting() {
    channel.stopWaiting();
  }

  /** Closes the connection at once, without a message to the peer. Thread-safe. */
  public void abort() {
    channel.abort();
  }

  @Override
  public void connect(SocketAddress endpoint) throws IOException {
    connect(endpoint, 0);
  }

  @Override
  public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
    channel.connect(endpoint, timeoutMillis);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  @Override
  public InputStream getInputStream() {
    return input;
  }

  @Override
  public OutputStream getOutputStream() {
    return output;
  }

  @Override
  public void setSoTimeout(int timeoutMillis) {
    if (timeoutMillis < 0) {
      throw new IllegalArgumentException(
          "timeout is " + timeoutMillis + ", allowed are 0 and more");
    }
    channel.soTimeout(timeoutMillis);
  }

  @Override
  public int getSoTimeout() {
    return channel.soTimeout();
  }

  /** What must happen before the first byte is sent. */
  @FunctionalInterface
  public interface FirstWrite {
    /**
     * Runs on the writing thread.
     *
     * @throws IOException if nothing may be sent
     */
    void run() throws IOException;
  }

  private final class ChannelInput extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return channel.read(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      ChannelSocket.this.close();
    }
  }

  private final class ChannelOutput extends OutputStream {
    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      channel.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      ChannelSocket.this.close();
    }
  }
}
