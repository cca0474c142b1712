package dev.thaw.internal.provider;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** The Java Flight Recorder events of a provider. They cost next to nothing while none records. */
final class FlightEvents {
  private FlightEvents() {}

  /**
   * Returns whether the flight recorder is there to record anything; to be asked before an event is
   * touched.
   *
   * <p>The first event of a JVM loads the recorder, some 100 classes that no archive of classes
   * holds: a tenth of a cold start.
   */
  static boolean areRecorded() {
    return FlightRecorder.isInitialized();
  }

  @Category("Thaw")
  @StackTrace(false)
  abstract static class ProviderEvent extends Event {
    @Label("Pool")
    @Nullable String pool;

    final void commit(String poolName) {
      this.pool = poolName;
      commit();
    }
  }

  @Name("dev.thaw.Connected")
  @Label("Connection Opened")
  static final class Connected extends ProviderEvent {
    @Label("Server")
    @Nullable String server;

    @Label("Time Taken")
    @Timespan(Timespan.NANOSECONDS)
    long took;
  }

  @Name("dev.thaw.Reused")
  @Label("Connection Reused")
  static final class Reused extends ProviderEvent {
    /** Never committed, only asked whether a recording runs: what asks that need not be new. */
    static final Reused PROBE = new Reused();
  }

  @Name("dev.thaw.Retired")
  @Label("Connection Retired")
  static final class Retired extends ProviderEvent {
    @Label("Reason")
    @Nullable String reason;
  }

  @Name("dev.thaw.CredentialsRefreshed")
  @Label("Credentials Refreshed")
  static final class CredentialsRefreshed extends ProviderEvent {
    @Label("Version")
    @Nullable String version;
  }

  @Name("dev.thaw.LoginRefused")
  @Label("Login Refused")
  static final class LoginRefused extends ProviderEvent {
    @Label("Version")
    @Nullable String version;
  }

  @Name("dev.thaw.StaleCredentialsServed")
  @Label("Stale Credentials Served")
  @Description("A refresh failed, so credentials beyond their time to live were used")
  static final class StaleCredentialsServed extends ProviderEvent {
    @Label("Stale Since")
    @Nullable String since;
  }

  @Name("dev.thaw.DeadlineMissed")
  @Label("Deadline Missed")
  static final class DeadlineMissed extends ProviderEvent {
    @Label("Time Waited")
    @Timespan(Timespan.NANOSECONDS)
    long waited;

    @Label("Phases")
    @Nullable String phases;
  }

  @Name("dev.thaw.Checkpoint")
  @Label("Checkpoint")
  static final class Checkpoint extends ProviderEvent {}

  @Name("dev.thaw.Restored")
  @Label("Restored")
  static final class Restored extends ProviderEvent {}
}
