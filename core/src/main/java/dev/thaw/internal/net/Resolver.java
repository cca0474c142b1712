package dev.thaw.internal.net;

import dev.thaw.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** Resolves a host's name within a deadline, which {@link InetAddress} does not know. */
public final class Resolver {
  private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";
  // Whatever else looks like an address may be looked up by the JDK as a name. A colon is in no
  // name: the JDK rejects what is no IPv6 address then.
  private static final Pattern ADDRESS = Pattern.compile("(" + BYTE + "\\.){3}" + BYTE + "|.*:.*");

  /** Looks a name up, without a bound. */
  @FunctionalInterface
  interface Lookup {
    InetAddress[] all(String host) throws UnknownHostException;
  }

  private Resolver() {}

  public static InetAddress[] resolve(String host, Deadline deadline) throws IOException {
    return resolve(host, deadline, InetAddress::getAllByName);
  }

  static InetAddress[] resolve(String host, Deadline deadline, Lookup names) throws IOException {
    if (ADDRESS.matcher(host).matches()) {
      return names.all(host);
    }
    FutureTask<InetAddress[]> lookup = new FutureTask<>(() -> names.all(host));
    Thread thread = new Thread(lookup, "thaw-dns");
    thread.setDaemon(true);
    thread.start();
    try {
      return lookup.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new SocketTimeoutException("The name " + host + " was not resolved in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while resolving " + host);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownHostException unknown) {
        throw unknown;
      }
      throw new IOException("The name " + host + " cannot be resolved", e.getCause());
    }
  }
}
