package dev.thaw.internal.provider;

import dev.thaw.ConnectionListener;
import dev.thaw.ProviderStats;
import dev.thaw.RetireReason;
import dev.thaw.credentials.DatabaseCredentials;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes events on to the listeners and the flight recorder. Whatever a listener throws is logged
 * and ignored. Thread-safe.
 */
final class Events {
  private static final Logger LOG = LoggerFactory.getLogger("dev.thaw.ConnectionListener");

  private final String pool;
  private final List<ConnectionListener> listeners;

  Events(String pool, List<ConnectionListener> listeners) {
    this.pool = pool;
    this.listeners = listeners;
  }

  /** Returns whether there is a listener; without one nothing is measured or allocated for it. */
  boolean areHeard() {
    return !listeners.isEmpty();
  }

  private void tell(Consumer<ConnectionListener> call) {
    for (ConnectionListener listener : listeners) {
      try {
        call.accept(listener);
      } catch (Throwable e) {
        // Any at all, checked ones of Kotlin too: a connection in the provider's hands would be
        // lost.
        LOG.warn("{} - The connection listener failed", pool, e);
      }
    }
  }

  void started(Supplier<ProviderStats> stats) {
    tell(l -> l.started(pool, stats));
  }

  void stopped() {
    tell(l -> l.stopped(pool));
  }

  void acquired(Duration waited) {
    tell(l -> l.acquired(pool, waited));
  }

  void returned(Duration used) {
    tell(l -> l.returned(pool, used));
  }

  void connected(String server, Duration took) {
    if (FlightEvents.areRecorded()) {
      FlightEvents.Connected event = new FlightEvents.Connected();
      event.server = server;
      event.took = took.toNanos();
      event.commit(pool);
    }
    tell(l -> l.connected(pool, server, took));
  }

  void reused() {
    if (areHeard()) {
      tell(l -> l.reused(pool));
    }
    if (FlightEvents.areRecorded() && FlightEvents.Reused.PROBE.isEnabled()) {
      new FlightEvents.Reused().commit(pool);
    }
  }

  void retired(RetireReason reason) {
    if (FlightEvents.areRecorded()) {
      FlightEvents.Retired event = new FlightEvents.Retired();
      event.reason = reason.name();
      event.commit(pool);
    }
    tell(l -> l.retired(pool, reason));
  }

  void credentialsRefreshed(Optional<String> version) {
    if (FlightEvents.areRecorded()) {
      FlightEvents.CredentialsRefreshed event = new FlightEvents.CredentialsRefreshed();
      event.version = version.orElse(null);
      event.commit(pool);
    }
    tell(l -> l.credentialsRefreshed(pool, version));
  }

  void loginRefused(DatabaseCredentials credentials) {
    if (FlightEvents.areRecorded()) {
      FlightEvents.LoginRefused event = new FlightEvents.LoginRefused();
      event.version = credentials.version().orElse(null);
      event.commit(pool);
    }
    tell(l -> l.loginRefused(pool, credentials.version()));
  }

  void staleCredentialsServed(Instant since) {
    if (FlightEvents.areRecorded()) {
      FlightEvents.StaleCredentialsServed event = new FlightEvents.StaleCredentialsServed();
      event.since = since.toString();
      event.commit(pool);
    }
    tell(l -> l.staleCredentialsServed(pool, since));
  }

  void deadlineMissed(Duration waited, Map<String, Duration> phases) {
    if (FlightEvents.areRecorded()) {
      FlightEvents.DeadlineMissed event = new FlightEvents.DeadlineMissed();
      event.waited = waited.toNanos();
      event.phases = inMillis(phases);
      event.commit(pool);
    }
    tell(l -> l.deadlineMissed(pool, waited, phases));
  }

  private static String inMillis(Map<String, Duration> phases) {
    StringJoiner joiner = new StringJoiner(", ");
    phases.forEach((phase, time) -> joiner.add(phase + " " + time.toMillis() + " ms"));
    return joiner.toString();
  }

  void checkpoint() {
    if (FlightEvents.areRecorded()) {
      new FlightEvents.Checkpoint().commit(pool);
    }
    tell(l -> l.checkpoint(pool));
  }

  void restored() {
    if (FlightEvents.areRecorded()) {
      new FlightEvents.Restored().commit(pool);
    }
    tell(l -> l.restored(pool));
  }
}
