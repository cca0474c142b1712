package dev.thaw.internal.mysql;

import dev.thaw.Deadline;
import dev.thaw.SslMode;
import dev.thaw.internal.net.ChannelSocket;
import dev.thaw.internal.net.ConnectPhase;
import dev.thaw.internal.net.Resolver;
import dev.thaw.internal.net.SocketRegistry;
import dev.thaw.internal.net.TcpConnector;
import dev.thaw.internal.net.TlsMode;
import dev.thaw.internal.net.TlsSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is opened, as far as it needs no credentials, while the caller still obtains
 * them: TCP, the server's greeting, and the TLS handshake.
 *
 * <p>It only saves time: on any failure the caller connects normally and reports its own error. For
 * one call; {@link #close()} ends it from any thread.
 */
public final class EarlyConnection implements AutoCloseable {
  // A source that holds the credentials answers at once; then nothing is to be gained.
  private static final long PATIENCE_MILLIS = 1;
  // MySQL gives up on a client after connect_timeout, 10 s by default.
  private static final Duration LONGEST_AGE = Duration.ofSeconds(5);

  private final Target target;
  private final TlsSettings tls;
  private final Deadline deadline;
  private final SocketRegistry sockets;
  private final LongSupplier nanoClock;
  private final CountDownLatch credentialsKnown = new CountDownLatch(1);
  private final FutureTask<@Nullable Opened> work = new FutureTask<>(this::open);
  private final Thread thread = new Thread(this::run, "thaw-early-connect");
  private volatile @Nullable ChannelSocket socket;
  private volatile ConnectPhase phase = ConnectPhase.DNS;
  private volatile boolean closed;

  /**
   * What is open: all that the driver needs to go on as if it had done the first steps itself.
   *
   * @param socket the socket
   * @param firstWrite what runs before the driver's first write to it
   * @param request takes the driver's request for TLS; {@code null} if none was sent
   * @param tls the TLS layer over the socket, if a request was sent
   * @param mode how TLS is used in it
   * @param nanos when it was ready
   */
  record Opened(
      ChannelSocket socket,
      SettableFirstWrite firstWrite,
      EarlyHandshake.@Nullable AnsweredRequest request,
      @Nullable SSLSocket tls,
      TlsMode mode,
      long nanos) {

    /** Returns whether what is encrypted, if it is, is so for a server that was verified. */
    boolean isVerifiedIfEncrypted() {
      return tls == null || mode.verifies();
    }
  }

  /**
   * What the credentials are expected to be for.
   *
   * @param host the host
   * @param port its port
   * @param hasDatabase whether a default schema is known; if it is not, TLS is left to the driver,
   *     whose request tells the server whether there will be one
   */
  public record Target(String host, int port, boolean hasDatabase) {}

  /**
   * Creates it; does nothing until {@link #start()}.
   *
   * @param target the server
   * @param tls how TLS is used
   * @param deadline bounds all of it
   * @param sockets the connects in flight
   * @param nanoClock measures how long the connection waits
   */
  public EarlyConnection(
      Target target,
      TlsSettings tls,
      Deadline deadline,
      SocketRegistry sockets,
      LongSupplier nanoClock) {
    this.target = target;
    this.tls = tls;
    this.deadline = deadline;
    this.sockets = sockets;
    this.nanoClock = nanoClock;
  }

  /** Begins; to be closed by the caller when the connect is over. */
  public EarlyConnection start() {
    thread.setDaemon(true);
    thread.start();
    return this;
  }

  /** Returns the phase that it is in, for a caller that begins to wait for it. */
  ConnectPhase phase() {
    return phase;
  }

  /** Records that the credentials are known: what has not begun by now need not begin. */
  public void credentialsKnown() {
    credentialsKnown.countDown();
  }

  private void run() {
    try {
      if (credentialsKnown.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        work.cancel(false);
      }
      // Does nothing if it was cancelled.
      work.run();
      prepare();
    } catch (InterruptedException e) {
      // Closed before it began.
      work.cancel(false);
    }
  }

  /** Loads what the caller's thread will need, and not what it is just loading itself. */
  private void prepare() {
    DriverClasses.loadForConnect(() -> closed || credentialsKnown.getCount() == 0);
    DriverClasses.loadForQuery(() -> closed);
  }

  private @Nullable Opened open() throws IOException {
    SettableFirstWrite firstWrite = new SettableFirstWrite();
    InetAddress[] addresses = Resolver.resolve(target.host(), deadline);
    phase = ConnectPhase.TCP;
    ChannelSocket opened =
        TcpConnector.connect(addresses, target.port(), deadline, firstWrite, this::register);
    phase = ConnectPhase.TLS;
    byte[] greeting = EarlyHandshake.readGreeting(opened.getInputStream());
    TlsMode mode = tls.mode(target.host(), false);
    byte[] request =
        target.hasDatabase() && mode.mode() != SslMode.DISABLED
            ? EarlyHandshake.sslRequest(greeting)
            : null;
    SSLSocket encrypted = null;
    EarlyHandshake.AnsweredRequest answered = null;
    if (request != null) {
      opened.getOutputStream().write(request);
      encrypted = tls.handshake(opened, target.host(), target.port(), mode, deadline);
      answered = new EarlyHandshake.AnsweredRequest(request);
    }
    opened.present(
        new SequenceInputStream(new ByteArrayInputStream(greeting), opened.getInputStream()),
        answered == null ? opened.getOutputStream() : answered);
    return new Opened(opened, firstWrite, answered, encrypted, mode, nanoClock.getAsLong());
  }

  private void register(ChannelSocket candidate) {
    ChannelSocket former = socket;
    if (former != null) {
      sockets.remove(former);
    }
    socket = candidate;
    sockets.add(candidate);
    if (closed) {
      candidate.abort();
      sockets.remove(candidate);
    }
  }

  /**
   * Waits for the connection and hands it over; the caller owns its socket then.
   *
   * @return {@code null} if it is none, leads elsewhere, or has waited so long for its credentials
   *     that the server may have given up
   * @throws InterruptedIOException if the calling thread is interrupted
   */
  @Nullable Opened take(String wantedHost, int wantedPort) throws InterruptedIOException {
    if (!target.host().equals(wantedHost) || target.port() != wantedPort) {
      close();
      return null;
    }
    try {
      Opened opened = work.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
      if (opened == null || nanoClock.getAsLong() - opened.nanos() > LONGEST_AGE.toNanos()) {
        close();
        return null;
      }
      socket = null;
      return opened;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
      throw new InterruptedIOException("Interrupted while connecting to " + target.host());
    } catch (ExecutionException | TimeoutException | CancellationException e) {
      // The caller's own connect says what is wrong.
      close();
      return null;
    }
  }

  /** Ends it, and closes the connection unless it was taken. Idempotent. */
  @Override
  public void close() {
    closed = true;
    credentialsKnown.countDown();
    if (!work.isDone()) {
      // A wait for the name's address ends by nothing else.
      thread.interrupt();
    }
    ChannelSocket present = socket;
    if (present != null) {
      present.abort();
      sockets.remove(present);
    }
  }

  /** What must happen before the first write of the thread that takes the connection. */
  static final class SettableFirstWrite implements ChannelSocket.FirstWrite {
    private ChannelSocket.FirstWrite next = () -> {};

    void set(ChannelSocket.FirstWrite value) {
      this.next = value;
    }

    @Override
    public void run() throws IOException {
      next.run();
    }
  }
}
