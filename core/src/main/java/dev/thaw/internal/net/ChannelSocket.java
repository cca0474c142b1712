package dev.thaw.internal.net;

import dev.thaw.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A socket over a non-blocking channel, for three things a plain socket cannot do: ask the kernel
 * whether the peer has closed without a round trip, bound every wait by a deadline rather than by a
 * timeout for each read, and close at once although the TLS layer above would wait for the peer.
 *
 * <p>A blocking {@link SocketChannel#socket()} would do the first too, but an interrupt of the
 * reading thread closes it. Here an interrupt ends a wait only while connecting; later it is kept
 * for the caller, as with a plain socket.
 *
 * <p>For one thread at a time, as MySQL's protocol is: reads and writes wait on one selector.
 * {@link #stopWaiting()}, {@link #abort()} and {@link #close()} may come from any thread.
 */
// Socket synchronizes a few of its methods to guard its own lazy creation, which is not used here;
// a lock held while closing would let a stuck caller delay abort().
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
public final class ChannelSocket extends Socket {
  // A heap buffer is copied through a temporary direct one of the same size; this bounds it.
  private static final int MAX_TRANSFER = 64 * 1024;
  private static final long NO_LIMIT = Long.MAX_VALUE;

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private InputStream input = new ChannelInput();
  private OutputStream output = new ChannelOutput();
  private final FirstWrite beforeFirstWrite;
  private boolean written;
  private volatile int soTimeoutMillis;
  // Set by who has the connection, or by who closes it and then ends all waits. Not volatile, since
  // both are set at each borrow and at each return.
  private @Nullable Deadline deadline;
  private @Nullable Duration longestWait;
  private volatile boolean interruptible = true;
  private volatile boolean closing;

  /**
   * Creates an unconnected socket.
   *
   * @param beforeFirstWrite runs once, on the writing thread, before the first byte is sent
   */
  public ChannelSocket(FirstWrite beforeFirstWrite) throws IOException {
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

  /** Replaces what {@link #getInputStream()} and {@link #getOutputStream()} return. */
  public void present(InputStream in, OutputStream out) {
    this.input = in;
    this.output = out;
  }

  /** Bounds every later wait, on top of the socket timeout; {@code null} for no bound. */
  public void deadline(@Nullable Deadline value) {
    this.deadline = value;
  }

  /**
   * Bounds each single wait from now on; {@code null} for no bound. Unlike a deadline it leaves out
   * what this side takes: a first use may load classes for longer than a peer may take to answer.
   */
  public void longestWait(@Nullable Duration value) {
    this.longestWait = value;
  }

  /** Sets whether an interrupt ends a wait. */
  public void interruptible(boolean value) {
    this.interruptible = value;
  }

  /**
   * Asks the local kernel, without a round trip, whether an idle connection is still open. Only for
   * a connection that nobody reads from: a byte that nobody asked for is consumed.
   *
   * @return false if the peer has closed or reset it, or has said something unasked, as MySQL does
   *     when it ends an idle session ({@code ER_CLIENT_INTERACTION_TIMEOUT})
   */
  public boolean isQuiet() {
    try {
      return !closing && channel.read(ByteBuffer.allocate(1)) == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Ends all waiting from now on: reads find the end of the stream, writes send what the kernel
   * takes at once. The close of a TLS socket, which waits seconds for the peer's answer, then
   * returns immediately.
   */
  public void stopWaiting() {
    closing = true;
    selector.wakeup();
  }

  /** Closes the connection at once, from any thread, without a word to the peer. */
  public void abort() {
    closing = true;
    try {
      close();
    } catch (IOException e) {
      // Nothing is left to be closed then.
    }
  }

  @Override
  public void connect(SocketAddress endpoint) throws IOException {
    connect(endpoint, 0);
  }

  @Override
  public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
    try {
      if (channel.connect(endpoint)) {
        return;
      }
      long start = System.nanoTime();
      while (!channel.finishConnect()) {
        await(SelectionKey.OP_CONNECT, start, timeoutMillis, "connect to " + endpoint);
      }
    } catch (ClosedChannelException e) {
      throw closed(e);
    } catch (UnsupportedAddressTypeException e) {
      // An IPv6 address, and the JVM or the machine has IPv4 only.
      SocketException exception = new SocketException("No support for the address " + endpoint);
      exception.initCause(e);
      throw exception;
    }
  }

  private void await(int operation, long start, int timeoutMillis, String what) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        long millis = waitMillis(start, timeoutMillis);
        if (closing) {
          throw new SocketException("Socket closed");
        }
        if (millis <= 0) {
          // The protocol's state is unknown from here on: nobody may wait for this peer again.
          closing = true;
          throw new SocketTimeoutException(
              "No answer after " + (System.nanoTime() - start) / 1_000_000 + " ms: " + what);
        }
        key.interestOps(operation);
        selector.selectedKeys().clear();
        int ready = millis == NO_LIMIT ? selector.select() : selector.select(millis);
        if (ready > 0) {
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

  private long waitMillis(long start, int timeoutMillis) {
    Duration single = longestWait;
    long bounded = single == null ? NO_LIMIT : Math.max(1, single.toMillis());
    if (timeoutMillis > 0) {
      bounded = Math.min(timeoutMillis, bounded);
    }
    long left = bounded == NO_LIMIT ? NO_LIMIT : bounded - (System.nanoTime() - start) / 1_000_000;
    Deadline bound = deadline;
    if (bound != null) {
      // Rounded up: a wait of zero would spin until the last fraction of a millisecond is over.
      left = Math.min(left, bound.remaining().plusNanos(999_999).toMillis());
    }
    return left;
  }

  private static SocketException closed(Throwable cause) {
    SocketException exception = new SocketException("Socket closed");
    exception.initCause(cause);
    return exception;
  }

  private int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, Math.min(length, MAX_TRANSFER));
    long start = 0;
    while (true) {
      int count;
      try {
        count = channel.read(buffer);
      } catch (ClosedChannelException e) {
        throw closed(e);
      }
      if (count != 0) {
        return count;
      }
      if (closing) {
        return -1;
      }
      if (start == 0) {
        start = System.nanoTime();
      }
      await(SelectionKey.OP_READ, start, soTimeoutMillis, "read");
    }
  }

  private void write(byte[] bytes, int offset, int length) throws IOException {
    if (!written) {
      written = true;
      beforeFirstWrite.run();
    }
    int end = offset + length;
    int position = offset;
    long start = 0;
    while (position < end) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, position, Math.min(end - position, MAX_TRANSFER));
      int count;
      try {
        count = channel.write(buffer);
      } catch (ClosedChannelException e) {
        throw closed(e);
      }
      position += count;
      if (count > 0) {
        // The socket timeout is for a peer that takes nothing, not for much to send.
        start = 0;
      } else {
        if (closing) {
          return;
        }
        if (start == 0) {
          start = System.nanoTime();
        }
        await(SelectionKey.OP_WRITE, start, soTimeoutMillis, "write");
      }
    }
  }

  @Override
  public void close() throws IOException {
    closing = true;
    try {
      channel.close();
    } finally {
      selector.close();
    }
  }

  @Override
  public boolean isClosed() {
    return !channel.isOpen();
  }

  @Override
  public boolean isConnected() {
    return channel.isConnected();
  }

  @Override
  public boolean isBound() {
    return channel.isConnected();
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
  public void shutdownInput() throws IOException {
    if (channel.isConnected()) {
      channel.shutdownInput();
    }
  }

  @Override
  public void shutdownOutput() throws IOException {
    if (channel.isConnected()) {
      channel.shutdownOutput();
    }
  }

  @Override
  public boolean isInputShutdown() {
    return channel.socket().isInputShutdown();
  }

  @Override
  public boolean isOutputShutdown() {
    return channel.socket().isOutputShutdown();
  }

  @Override
  public void setSoTimeout(int timeoutMillis) throws SocketException {
    if (timeoutMillis < 0) {
      throw new IllegalArgumentException(
          "timeout is " + timeoutMillis + ", allowed are 0 and more");
    }
    soTimeoutMillis = timeoutMillis;
  }

  @Override
  public int getSoTimeout() {
    return soTimeoutMillis;
  }

  @Override
  public void setTcpNoDelay(boolean on) throws SocketException {
    channel.socket().setTcpNoDelay(on);
  }

  @Override
  public boolean getTcpNoDelay() throws SocketException {
    return channel.socket().getTcpNoDelay();
  }

  @Override
  public void setKeepAlive(boolean on) throws SocketException {
    channel.socket().setKeepAlive(on);
  }

  @Override
  public boolean getKeepAlive() throws SocketException {
    return channel.socket().getKeepAlive();
  }

  @Override
  public void setReceiveBufferSize(int size) throws SocketException {
    channel.socket().setReceiveBufferSize(size);
  }

  @Override
  public int getReceiveBufferSize() throws SocketException {
    return channel.socket().getReceiveBufferSize();
  }

  @Override
  public void setSendBufferSize(int size) throws SocketException {
    channel.socket().setSendBufferSize(size);
  }

  @Override
  public int getSendBufferSize() throws SocketException {
    return channel.socket().getSendBufferSize();
  }

  @Override
  public void setTrafficClass(int value) throws SocketException {
    channel.socket().setTrafficClass(value);
  }

  @Override
  public int getTrafficClass() throws SocketException {
    return channel.socket().getTrafficClass();
  }

  @Override
  public void setSoLinger(boolean on, int seconds) throws SocketException {
    try {
      channel.setOption(StandardSocketOptions.SO_LINGER, on ? seconds : -1);
    } catch (IOException e) {
      throw closed(e);
    }
  }

  @Override
  public int getSoLinger() throws SocketException {
    return channel.socket().getSoLinger();
  }

  @Override
  public void bind(SocketAddress address) throws IOException {
    channel.bind(address);
  }

  @Override
  public @Nullable InetAddress getInetAddress() {
    return channel.socket().getInetAddress();
  }

  @Override
  public InetAddress getLocalAddress() {
    return channel.socket().getLocalAddress();
  }

  @Override
  public int getPort() {
    return channel.socket().getPort();
  }

  @Override
  public int getLocalPort() {
    return channel.socket().getLocalPort();
  }

  @Override
  public @Nullable SocketAddress getRemoteSocketAddress() {
    InetAddress address = getInetAddress();
    return address == null ? null : new InetSocketAddress(address, getPort());
  }

  @Override
  public @Nullable SocketAddress getLocalSocketAddress() {
    return channel.socket().getLocalSocketAddress();
  }

  @Override
  public @Nullable SocketChannel getChannel() {
    // A caller with the channel could block on it, or read past the TLS layer.
    return null;
  }

  /** What must happen before the first byte is sent. */
  @FunctionalInterface
  public interface FirstWrite {
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
      return ChannelSocket.this.read(bytes, offset, length);
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
      ChannelSocket.this.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      ChannelSocket.this.close();
    }
  }
}
