package dev.thaw.internal.net;

import java.util.EnumMap;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** How long each phase of one call has taken so far. Used by one thread. */
public final class PhaseTimes {
  private final Map<ConnectPhase, Long> nanos = new EnumMap<>(ConnectPhase.class);
  private final long start = System.nanoTime();
  private @Nullable ConnectPhase current;
  private long currentStart = start;

  /** Ends the phase that runs, if any, and starts the given one. */
  public void enter(ConnectPhase phase) {
    long now = System.nanoTime();
    add(now);
    current = phase;
    currentStart = now;
  }

  private void add(long now) {
    if (current != null) {
      nanos.merge(current, now - currentStart, Long::sum);
    }
    currentStart = now;
  }

  /** Returns the phase that runs. */
  public @Nullable ConnectPhase current() {
    return current;
  }

  /** Returns the whole time since this was created, in milliseconds. */
  public long totalMillis() {
    return (System.nanoTime() - start) / 1_000_000;
  }

  /** Returns each phase that was entered, with its milliseconds. */
  @Override
  public String toString() {
    add(System.nanoTime());
    StringJoiner joiner = new StringJoiner(", ");
    nanos.forEach((phase, time) -> joiner.add(phase.label() + " " + time / 1_000_000 + " ms"));
    return nanos.isEmpty() ? "no phase begun" : joiner.toString();
  }
}
