package dev.thaw.internal.net;

import dev.thaw.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Resolves host names within a deadline, which {@link InetAddress} does not know. A name that is
 * being looked up is not looked up a second time: a silent name server holds one thread for each
 * name, however many callers give up on it. Thread-safe.
 */
public final class Resolver {
  private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";
  // Whatever else looks like an address may be looked up by the JDK as a name. A colon is in no
  // name: the JDK rejects what is no IPv6 address then.
  private static final Pattern ADDRESS = Pattern.compile("(" + BYTE + "\\.){3}" + BYTE + "|.*:.*");
  private static final Resolver SYSTEM = new Resolver(InetAddress::getAllByName);

  private final Lookup names;
  private final ConcurrentMap<String, FutureTask<InetAddress[]>> lookups =
      new ConcurrentHashMap<>();

  /** Looks a name up, without a limit. */
  @FunctionalInterface
  interface Lookup {
    InetAddress[] all(String host) throws UnknownHostException;
  }

  Resolver(Lookup names) {
    this.names = names;
  }

  /**
   * Returns the addresses of a host, in the JDK's order.
   *
   * @param host a name or an address; an address takes no time
   * @param deadline the end of the wait
   * @throws UnknownHostException if the name has no address
   * @throws SocketTimeoutException if the deadline passes first
   */
  public static InetAddress[] resolve(String host, Deadline deadline) throws IOException {
    return SYSTEM.addresses(host, deadline);
  }

  /** Returns whether a host is an address, for which no name server is asked. */
  static boolean isAddress(String host) {
    return ADDRESS.matcher(host).matches();
  }

  InetAddress[] addresses(String host, Deadline deadline) throws IOException {
    if (isAddress(host)) {
      return names.all(host);
    }
    long left = deadline.remaining().toNanos();
    if (left == 0) {
      throw new SocketTimeoutException(
          "The deadline passed before the name " + host + " was looked up");
    }
    try {
      return lookup(host).get(left, TimeUnit.NANOSECONDS).clone();
    } catch (TimeoutException e) {
      throw new SocketTimeoutException("The name " + host + " was not resolved in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while resolving " + host);
    } catch (CancellationException e) {
      throw new IOException("The name " + host + " cannot be resolved: no thread could be started");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownHostException unknown) {
        throw unknown;
      }
      throw new IOException("The name " + host + " cannot be resolved", e.getCause());
    }
  }

  /** Returns the lookup of the name that is under way; begins one if none is. */
  private FutureTask<InetAddress[]> lookup(String host) {
    FutureTask<InetAddress[]> own = new FutureTask<>(() -> lookUp(host));
    FutureTask<InetAddress[]> present = lookups.putIfAbsent(host, own);
    if (present != null) {
      return present;
    }
    Thread thread = new Thread(own, "thaw-dns");
    thread.setDaemon(true);
    boolean started = false;
    try {
      thread.start();
      started = true;
    } finally {
      if (!started) {
        lookups.remove(host);
        own.cancel(false);
      }
    }
    return own;
  }

  private InetAddress[] lookUp(String host) throws UnknownHostException {
    try {
      return names.all(host);
    } finally {
      // Before the answer is out, so that the caller's next lookup is a new one.
      lookups.remove(host);
    }
  }
}
