package dev.thaw.testing.internal.http;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Counts the requests of a fake service, delays and holds them, and answers some with faults. */
public final class Interference {
  /** Stands for "until cleared". */
  public static final int UNTIL_CLEARED = -1;

  private final Map<String, Integer> calls = new HashMap<>();
  private final Deque<Planned> plan = new ArrayDeque<>();
  private final List<Hold> holds = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile long latencyNanos;

  /**
   * Plans a fault. Of several that fit a request the one planned first is taken, until it is used
   * up.
   *
   * @param operations the operations concerned; empty for all
   * @param times how often; {@link #UNTIL_CLEARED} for always
   */
  public synchronized void inject(Set<String> operations, WireAnswer fault, int times) {
    plan.addLast(new Planned(Set.copyOf(operations), fault, times));
  }

  /** Forgets all planned faults, latency and holds. */
  public void clear() {
    synchronized (this) {
      plan.clear();
    }
    latencyNanos = 0;
    holds.forEach(Hold::release);
    holds.clear();
  }

  /** Delays each request. */
  public void latency(Duration latency) {
    latencyNanos = latency.toNanos();
  }

  /** Holds requests of these operations, of all if there are none, until the hold is released. */
  public Hold hold(Set<String> operations) {
    Hold hold = new Hold(operations);
    holds.add(hold);
    return hold;
  }

  /** Returns how many requests have come for an operation. */
  public synchronized int calls(String operation) {
    return calls.getOrDefault(operation, 0);
  }

  /** Returns how many requests have come. */
  public synchronized int calls() {
    return calls.values().stream().mapToInt(Integer::intValue).sum();
  }

  /**
   * Takes note of a request, and makes it wait as long as it must.
   *
   * @return the fault to answer with, if one is planned
   * @throws InterruptedException if the service is being closed
   */
  public Optional<WireAnswer> arrive(String operation) throws InterruptedException {
    synchronized (this) {
      calls.merge(operation, 1, Integer::sum);
    }
    for (Hold hold : holds) {
      hold.pass(operation);
    }
    long latency = latencyNanos;
    if (latency > 0 && closed.await(latency, TimeUnit.NANOSECONDS)) {
      throw new InterruptedException("closed");
    }
    return takeFault(operation);
  }

  private synchronized Optional<WireAnswer> takeFault(String operation) {
    for (Iterator<Planned> planned = plan.iterator(); planned.hasNext(); ) {
      Planned next = planned.next();
      if (next.operations.isEmpty() || next.operations.contains(operation)) {
        if (next.times != UNTIL_CLEARED && --next.times == 0) {
          planned.remove();
        }
        return Optional.of(next.fault);
      }
    }
    return Optional.empty();
  }

  /** Ends all waiting. */
  public void close() {
    closed.countDown();
    holds.forEach(Hold::release);
  }

  private static final class Planned {
    private final Set<String> operations;
    private final WireAnswer fault;
    private int times;

    Planned(Set<String> operations, WireAnswer fault, int times) {
      this.operations = operations;
      this.fault = fault;
      this.times = times;
    }
  }
}
