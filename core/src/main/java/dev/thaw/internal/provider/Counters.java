package dev.thaw.internal.provider;

import static java.util.Objects.requireNonNull;

import dev.thaw.ProviderStats;
import dev.thaw.RetireReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What a provider has counted. Thread-safe. */
final class Counters {
  private final AtomicLong opened = new AtomicLong();
  private final LongAdder reused = new LongAdder();
  private final AtomicLong waited = new AtomicLong();
  private final AtomicLong refusedLogins = new AtomicLong();
  private final Map<RetireReason, LongAdder> retired = new EnumMap<>(RetireReason.class);

  Counters() {
    for (RetireReason reason : RetireReason.values()) {
      retired.put(reason, new LongAdder());
    }
  }

  /** Counts an opened connection; returns true for the first one. */
  boolean opened() {
    return opened.incrementAndGet() == 1;
  }

  void reused() {
    reused.increment();
  }

  void waited() {
    waited.incrementAndGet();
  }

  void refusedLogin() {
    refusedLogins.incrementAndGet();
  }

  void retired(RetireReason reason) {
    requireNonNull(retired.get(reason), "reason").increment();
  }

  void copyTo(ProviderStats.Builder stats) {
    stats
        .opened(opened.get())
        .reused(reused.sum())
        .waited(waited.get())
        .refusedLogins(refusedLogins.get());
    retired.forEach(
        (reason, count) -> {
          if (count.sum() > 0) {
            stats.retired(reason, count.sum());
          }
        });
  }
}
