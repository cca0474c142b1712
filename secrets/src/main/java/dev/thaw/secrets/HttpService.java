package dev.thaw.secrets;

import dev.thaw.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * Asks a service over HTTP, repeats what may pass as often as AWS's SDK does, and says what went
 * wrong. Thread-safe.
 */
final class HttpService {
  // As the SDK's standard retry mode has it.
  private static final int MAX_ATTEMPTS = 3;
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long FIRST_READY_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long LONGEST_READY_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final String description;
  private final String name;
  private final String advice;
  private final boolean startsBeside;
  private final HttpClient client;
  private volatile boolean closed;

  /** Makes the request, anew for each attempt: a signature has its time. */
  @FunctionalInterface
  interface Asking {
    HttpRequest request() throws SQLException;
  }

  /** Reads an answer; a transient exception lets the request be repeated. */
  @FunctionalInterface
  interface Reading<T> {
    T of(HttpAnswer answer) throws SQLException, NotReadyException;
  }

  /** Says that the service is there, but cannot answer yet. */
  static final class NotReadyException extends Exception {
    private static final long serialVersionUID = 1L;

    NotReadyException(String message) {
      super(message);
    }
  }

  private HttpService(
      String description, String name, String advice, HttpEndpoint endpoint, boolean startsBeside) {
    this.description = description;
    this.name = name;
    this.advice = advice;
    this.startsBeside = startsBeside;
    this.client = new HttpClient(endpoint);
  }

  /**
   * Returns a service.
   *
   * @param description names, for errors, what it is asked for
   * @param name names the service
   * @param advice what to look at if it cannot be reached
   */
  static HttpService of(String description, String name, String advice, HttpEndpoint endpoint) {
    return new HttpService(description, name, advice, endpoint, false);
  }

  /** Returns a service that is started beside the function, so it may not be there at first. */
  static HttpService besideFunction(
      String description, String name, String advice, HttpEndpoint endpoint) {
    return new HttpService(description, name, advice, endpoint, true);
  }

  /**
   * Asks on the calling thread.
   *
   * @return what the reading has made of the answer
   * @throws SQLTimeoutException if the deadline passes first
   * @throws SQLTransientConnectionException if the service cannot be reached, or the thread is
   *     interrupted
   * @throws SQLException if the request or the reading throws it
   */
  <T> T ask(Asking asking, Reading<T> reading, Deadline deadline) throws SQLException {
    int attempt = 1;
    long readyPause = FIRST_READY_PAUSE_NANOS;
    SQLException notReady = null;
    while (true) {
      if (closed) {
        throw SourceFailures.closed(description);
      }
      if (notReady != null && deadline.hasPassed()) {
        throw notReady;
      }
      SourceFailures.requireTime(description, deadline);
      HttpRequest request = asking.request();
      boolean starting = false;
      SQLException failure;
      try {
        return reading.of(client.send(request, deadline));
      } catch (NotReadyException e) {
        starting = true;
        failure = notReady(e);
      } catch (IOException e) {
        starting = startsBeside && e instanceof ConnectException;
        failure = starting ? notReady(e) : failure(e, deadline);
      } catch (SQLTransientConnectionException e) {
        failure = e;
      }
      if (starting) {
        notReady = failure;
        pause(readyPause, failure, deadline);
        readyPause = Math.min(2 * readyPause, LONGEST_READY_PAUSE_NANOS);
      } else if (notReady != null && failure instanceof SQLTimeoutException) {
        // What made the time run out says more than where it did.
        throw notReady;
      } else if (attempt == MAX_ATTEMPTS || !(failure instanceof SQLTransientConnectionException)) {
        throw failure;
      } else {
        pause(new Jitter().between(0.5, FIRST_PAUSE_NANOS << attempt), failure, deadline);
        attempt++;
      }
    }
  }

  private SQLException notReady(Exception cause) {
    return SourceFailures.timeout(description + ": " + name + " is not ready; " + advice, cause);
  }

  private SQLException failure(IOException failure, Deadline deadline) {
    if (failure instanceof InterruptedIOException && Thread.currentThread().isInterrupted()) {
      return SourceFailures.interrupted(description, failure);
    }
    // A timer may be early by less than that.
    if (deadline.remaining().toMillis() == 0) {
      return SourceFailures.noAnswer(description, name, failure);
    }
    if (failure instanceof HttpEndpoint.PlainHttpException) {
      return SourceFailures.lasting(description + ": " + failure.getMessage(), null);
    }
    if (failure instanceof SSLException && failure.getCause() instanceof CertificateException) {
      return SourceFailures.lasting(
          description
              + ": what answers for "
              + name
              + " cannot prove to be that: "
              + failure.getMessage()
              + "; its certificate must be issued for that host's name, and signed by an authority"
              + " of Amazon or of the JVM's trust store (javax.net.ssl.trustStore)",
          failure);
    }
    return SourceFailures.unreachable(description, name, failure, advice, failure);
  }

  private void pause(long nanos, SQLException failure, Deadline deadline) throws SQLException {
    if (Thread.currentThread().isInterrupted()) {
      throw failure;
    }
    if (deadline.remaining().toNanos() <= nanos) {
      throw failure;
    }
    try {
      Pause.nanos(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SourceFailures.interrupted(description, failure);
    }
    if (deadline.hasPassed()) {
      // It says more than that there is no time left.
      throw failure;
    }
  }

  /** Lets no request be sent any more. */
  void close() {
    closed = true;
  }
}
