package dev.thaw.secrets;

import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of several sources is in use, and when those before it may be asked again. Thread-safe.
 *
 * <p>Says in the log when another one comes into use: as a warning, with the reasons, if it is one
 * that comes later in the order.
 */
final class Choice {
  private static final Logger LOG = LoggerFactory.getLogger(CredentialsSources.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(15);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
  private static final int NONE = -1;

  private final List<CredentialsSource> sources;
  private final ElapsedClock clock;
  private final Jitter jitter;
  private final Backoff pause;
  private final Map<Integer, DatabaseCredentials> given = new HashMap<>();
  private int current = NONE;
  private int era;
  private boolean lookedAfterRefusal;

  Choice(List<CredentialsSource> sources, ElapsedClock clock, Jitter jitter) {
    this.sources = sources;
    this.clock = clock;
    this.jitter = jitter;
    this.pause = new Backoff(jitter, FIRST_PAUSE, LONGEST_PAUSE);
  }

  /** Returns the place of the source in use, or -1. */
  synchronized int current() {
    return current;
  }

  /** Returns the number that {@link #forget()} changes. */
  synchronized int era() {
    return era;
  }

  /** Returns the places in the order to ask: first that of the source in use. */
  synchronized List<Integer> order() {
    List<Integer> order = new ArrayList<>();
    if (current != NONE) {
      order.add(current);
    }
    for (int index = 0; index < sources.size(); index++) {
      if (index != current) {
        order.add(index);
      }
    }
    return order;
  }

  /** Returns true to one caller each time that the sources before the one in use may be asked. */
  synchronized boolean mayLookAgain() {
    long now = clock.nanos();
    if (!pause.isOver(now)) {
      return false;
    }
    pause.failed(now);
    return true;
  }

  /** Returns true also once for each source that comes into use, without a pause. */
  synchronized boolean mayLookAgainAfterRefusal() {
    boolean first = !lookedAfterRefusal;
    lookedAfterRefusal = true;
    return first || mayLookAgain();
  }

  /** Returns the place of the source that the credentials came from, or -1. */
  synchronized int sourceOf(DatabaseCredentials credentials) {
    for (Map.Entry<Integer, DatabaseCredentials> entry : given.entrySet()) {
      if (entry.getValue().sameConnect(credentials)) {
        return entry.getKey();
      }
    }
    return current;
  }

  /**
   * Records that a source has answered, unless all was forgotten since it was asked.
   *
   * @param passedOver what the sources said that had nothing
   * @param askedInEra {@link #era()} from before it was asked
   */
  synchronized void answered(
      int index, DatabaseCredentials credentials, List<String> passedOver, int askedInEra) {
    if (askedInEra != era) {
      return;
    }
    given.put(index, credentials);
    if (index == current) {
      return;
    }
    int before = current;
    current = index;
    lookedAfterRefusal = false;
    pause.reset();
    if (index > 0) {
      pause.failed(clock.nanos());
    }
    if (index > before && !passedOver.isEmpty()) {
      LOG.warn(
          "{} is used, since those before it have no credentials: {}",
          sources.get(index),
          String.join(" | ", passedOver));
    } else if (index < before) {
      LOG.info("{} is used again instead of {}", sources.get(index), sources.get(before));
    }
  }

  /** Forgets which source is in use and what the sources have said. */
  synchronized void forget() {
    era++;
    current = NONE;
    given.clear();
    pause.reset();
    jitter.renew();
  }
}
