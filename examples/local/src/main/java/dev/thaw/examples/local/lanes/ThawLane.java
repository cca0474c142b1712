package dev.thaw.examples.local.lanes;

import dev.thaw.ConnectionProvider;
import dev.thaw.HealthReport;
import dev.thaw.ProviderStats;
import dev.thaw.secrets.ConnectionProviders;
import java.time.Instant;

/** The asset API on Thaw. */
public final class ThawLane extends LaneHandler {
  private static final ConnectionProvider PROVIDER = ConnectionProviders.fromEnvironment();

  static {
    PROVIDER.warmUp();
  }

  private long openedAtCheck = -1;
  private long secretRetrievedAt;

  /** Creates the handler as Lambda does. */
  public ThawLane() {
    super(PROVIDER::get);
  }

  @Override
  LaneReport report() {
    ProviderStats stats = PROVIDER.stats();
    // The credentials in use change with a new connection only, so only then the check is made.
    if (stats.opened() != openedAtCheck) {
      HealthReport health = PROVIDER.check();
      Instant now = Instant.now();
      health.credentialsAge().ifPresent(age -> secretRetrievedAt = now.minus(age).toEpochMilli());
      stats = health.stats();
      openedAtCheck = stats.opened();
    }
    return new LaneReport(stats.opened(), stats.reused(), stats.refusedLogins(), secretRetrievedAt);
  }
}
