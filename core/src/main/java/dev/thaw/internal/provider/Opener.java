package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import dev.thaw.FailureKind;
import dev.thaw.internal.net.ConnectPhase;
import dev.thaw.internal.net.PhaseTimes;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections on the calling thread, and tries again while the server is full or out of
 * reach, as long as the deadline allows. Safe for use by several threads.
 */
final class Opener {
  private static final Logger LOG = LoggerFactory.getLogger("dev.thaw.ConnectionProvider");

  private final ProviderSettings settings;
  private final Instants.Clock clock;
  private final Connector connector;
  private final CredentialsTracker tracker;
  private final Lifecycle lifecycle;
  private final Pressure pressure;
  private final Congestion congestion;
  private final Counters counters;
  private final Events events;
  private final Failures failures;

  Opener(
      ProviderSettings settings,
      Instants.Clock clock,
      Connector connector,
      CredentialsTracker tracker,
      Lifecycle lifecycle,
      Pressure pressure,
      Counters counters,
      Events events,
      Failures failures) {
    this.settings = settings;
    this.clock = clock;
    this.connector = connector;
    this.tracker = tracker;
    this.lifecycle = lifecycle;
    this.pressure = pressure;
    this.congestion = new Congestion(clock);
    this.counters = counters;
    this.events = events;
    this.failures = failures;
  }

  /**
   * Opens a connection.
   *
   * @param retry whether to try again when that may help
   */
  Connector.Opened open(Deadline deadline, PhaseTimes times, boolean retry) throws SQLException {
    Backoff backoff = new Backoff();
    int tries = 1;
    SQLException last = null;
    long wait = retry ? congestion.beforeFirst(deadline.remaining().toMillis()) : 0;
    if (wait > 0) {
      times.enter(ConnectPhase.BACKOFF);
      await(wait, times, null);
    }
    while (true) {
      try {
        Connector.Opened opened = connector.connect(deadline, times);
        if (tries == 1) {
          congestion.succeeded();
        }
        report(opened, times);
        return opened;
      } catch (SQLException e) {
        failures.requireUsable(lifecycle);
        FailureKind kind = FailureKind.of(e);
        if (kind == FailureKind.TIMEOUT && last != null) {
          // What made the time run out says more than where it did.
          throw failures.afterTries(tries, last);
        }
        long millis;
        if (kind == FailureKind.TOO_MANY_CONNECTIONS) {
          pressure.refused();
          millis = congestion.afterRefusal(deadline.remaining().toMillis(), tries);
        } else if (kind != FailureKind.UNREACHABLE || Failures.isUnknownHost(e)) {
          throw e;
        } else {
          millis = backoff.nextMillis();
        }
        if (!retry || deadline.remaining().toMillis() <= millis) {
          throw tries == 1 ? e : failures.afterTries(tries, e);
        }
        last = e;
        times.enter(ConnectPhase.BACKOFF);
        await(millis, times, e);
        tries++;
      }
    }
  }

  private void await(long millis, PhaseTimes times, @Nullable SQLException failure)
      throws SQLException {
    try {
      lifecycle.awaitClosed(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failures.interrupted(times, failure);
    }
    failures.requireUsable(lifecycle);
  }

  private void report(Connector.Opened opened, PhaseTimes times) {
    String server = opened.connection().endpoint().toString();
    boolean first = counters.opened();
    if (first) {
      LOG.info(
          "{} - Connected to {} in {} ms (at most {} connections)",
          settings.name(),
          server,
          times.totalMillis(),
          settings.maxSize());
    } else {
      LOG.debug(
          "{} - Opened the connection {} in {} ms",
          settings.name(),
          opened.connection(),
          times.totalMillis());
    }
    events.connected(server, Duration.ofMillis(times.totalMillis()));
    if (opened.rotated()) {
      LOG.info(
          "{} - The credentials were rotated{}; connections of the former ones are retired",
          settings.name(),
          tracker.current().flatMap(c -> c.version()).map(v -> ", now version " + v).orElse(""));
      events.credentialsRefreshed(tracker.current().flatMap(c -> c.version()));
    }
  }

  /** Tells whether connects wait for seconds, so that it pays to know how full the server is. */
  boolean isHeldBack() {
    return congestion.isWide();
  }

  /** Records how full the server is. */
  void answered(ServerLoad load) {
    congestion.answered(load);
  }

  /** Returns the moment of the opening, for the connection's age. */
  Instants now() {
    return clock.now();
  }

  /** Forgets every secret, and how full the server was. */
  void forget() {
    congestion.forget();
    connector.forget();
  }
}
