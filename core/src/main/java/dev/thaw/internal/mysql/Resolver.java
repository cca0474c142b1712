package dev.thaw.internal.mysql;

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
final class Resolver {
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[?[0-9A-Fa-f:.]*:[^\\]]*\\]?");

  private Resolver() {}

  static InetAddress[] resolve(String host, Deadline deadline) throws IOException {
    if (ADDRESS.matcher(host).matches()) {
      return InetAddress.getAllByName(host);
    }
    FutureTask<InetAddress[]> lookup = new FutureTask<>(() -> InetAddress.getAllByName(host));
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
