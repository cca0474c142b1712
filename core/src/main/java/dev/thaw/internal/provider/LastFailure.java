package dev.thaw.internal.provider;

import dev.thaw.HealthReport;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The last failure to get a connection, for the health report. Safe for several threads. */
final class LastFailure {
  private record Failure(String message, Instant at) {}

  private volatile @Nullable Failure last;

  void record(Exception exception, Instant at) {
    last = new Failure(String.valueOf(exception.getMessage()), at);
  }

  void copyTo(HealthReport.Builder report) {
    Failure present = last;
    if (present != null) {
      report.lastFailure(present.message(), present.at());
    }
  }
}
