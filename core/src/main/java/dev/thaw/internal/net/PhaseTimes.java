package dev.thaw.internal.net;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How long each phase of one call has taken so far. For one thread. */
public final class PhaseTimes implements Phases {
  private final Map<ConnectPhase, Long> nanos = new EnumMap<>(ConnectPhase.class);
  private final LongSupplier nanoClock;
  private final long start;
  private @Nullable ConnectPhase current;
  private long currentStart;

  /** Creates the times of a call that begins now. */
  public PhaseTimes() {
    this(System.nanoTime());
  }

  /**
   * Creates the times of a call that has begun before.
   *
   * @param startNanos when it began, as {@link System#nanoTime()} counts
   */
  public PhaseTimes(long startNanos) {
    this(startNanos, System::nanoTime);
  }

  PhaseTimes(long startNanos, LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.start = startNanos;
    this.currentStart = startNanos;
  }

  @Override
  public void enter(ConnectPhase phase) {
    add();
    current = phase;
  }

  private void add() {
    long now = nanoClock.getAsLong();
    if (current != null) {
      nanos.merge(current, now - currentStart, Long::sum);
    }
    currentStart = now;
  }

  /** Returns the phase that runs. */
  public @Nullable ConnectPhase current() {
    return current;
  }

  /** Returns the whole time since the call began, in milliseconds. */
  public long totalMillis() {
    return (nanoClock.getAsLong() - start) / 1_000_000;
  }

  /**
   * Hands over the whole time and that of each phase that was entered, by its name in messages, as
   * of one moment: so the phases never take longer than the whole.
   */
  public void report(BiConsumer<Duration, Map<String, Duration>> recipient) {
    add();
    Map<String, Duration> times = new LinkedHashMap<>();
    nanos.forEach((phase, time) -> times.put(phase.label(), Duration.ofNanos(time)));
    recipient.accept(Duration.ofNanos(currentStart - start), Collections.unmodifiableMap(times));
  }

  /** Returns each phase that was entered, with its milliseconds. */
  @Override
  public String toString() {
    add();
    StringJoiner joiner = new StringJoiner(", ");
    nanos.forEach((phase, time) -> joiner.add(phase.label() + " " + time / 1_000_000 + " ms"));
    return nanos.isEmpty() ? "no phase begun" : joiner.toString();
  }
}
