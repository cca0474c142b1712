package dev.thaw;

import static java.util.Objects.requireNonNull;

import dev.thaw.internal.util.SetOnce;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The result of {@link ConnectionProvider#check()}.
 *
 * <p>Immutable. Contains no secret.
 */
public final class HealthReport {
  private final boolean success;
  private final String message;
  private final Duration latency;
  private final ProviderStats stats;
  private final @Nullable FailureKind failureKind;
  private final @Nullable String credentialsVersion;
  private final @Nullable Duration credentialsAge;
  private final @Nullable Instant staleSince;
  private final @Nullable String lastFailure;
  private final @Nullable Instant lastFailureAt;

  private HealthReport(Builder builder) {
    this.success = builder.success;
    this.message = builder.message;
    this.latency = builder.latency;
    this.stats = builder.stats;
    this.failureKind = builder.failureKind;
    this.credentialsVersion = builder.credentialsVersion;
    this.credentialsAge = builder.credentialsAge;
    this.staleSince = builder.staleSince;
    this.lastFailure = builder.lastFailure;
    this.lastFailureAt = builder.lastFailureAt;
  }

  /**
   * Returns a builder for the report of a successful check.
   *
   * @param latency the duration of the check
   * @param stats the provider's statistics after the check
   * @return a new builder
   */
  public static Builder success(Duration latency, ProviderStats stats) {
    return new Builder(true, "Connection successful", latency, stats, null);
  }

  /**
   * Returns a builder for the report of a failed check.
   *
   * @param kind the kind of the failure
   * @param message describes the failure; must not contain a secret
   * @param latency the duration of the check
   * @param stats the provider's statistics after the check
   * @return a new builder
   */
  public static Builder failure(
      FailureKind kind, String message, Duration latency, ProviderStats stats) {
    return new Builder(false, message, latency, stats, requireNonNull(kind, "kind"));
  }

  /** Returns whether the database answered. */
  public boolean success() {
    return success;
  }

  /** Returns {@code Connection successful}, or the description of the failure. */
  public String message() {
    return message;
  }

  /** Returns the duration of the check, including the time to connect. */
  public Duration latency() {
    return latency;
  }

  /** Returns the provider's statistics after the check. */
  public ProviderStats stats() {
    return stats;
  }

  /** Returns the kind of the failure; empty if the check was successful. */
  public Optional<FailureKind> failureKind() {
    return Optional.ofNullable(failureKind);
  }

  /** Returns the version of the credentials last used, if their source names one. */
  public Optional<String> credentialsVersion() {
    return Optional.ofNullable(credentialsVersion);
  }

  /** Returns how long ago the credentials last used were confirmed, if their source says so. */
  public Optional<Duration> credentialsAge() {
    return Optional.ofNullable(credentialsAge);
  }

  /** Returns since when the credentials in use are stale; empty if they are not. */
  public Optional<Instant> staleSince() {
    return Optional.ofNullable(staleSince);
  }

  /** Returns the message of the last failure to get a connection, even if later calls succeeded. */
  public Optional<String> lastFailure() {
    return Optional.ofNullable(lastFailure);
  }

  /** Returns the time of the last failure to get a connection. */
  public Optional<Instant> lastFailureAt() {
    return Optional.ofNullable(lastFailureAt);
  }

  @Override
  public String toString() {
    return "HealthReport[success="
        + success
        + ", message="
        + message
        + ", latency="
        + latency.toMillis()
        + " ms, "
        + stats
        + (credentialsVersion == null ? "" : ", credentialsVersion=" + credentialsVersion)
        + (credentialsAge == null ? "" : ", credentialsAge=" + credentialsAge)
        + (staleSince == null ? "" : ", staleSince=" + staleSince)
        + (lastFailure == null ? "" : ", lastFailure=" + lastFailure + " at " + lastFailureAt)
        + "]";
  }

  /**
   * Builds a {@link HealthReport}, for implementations of {@link ConnectionProvider}, in which each
   * value may be set once.
   *
   * <p>Every setter throws {@link IllegalStateException} if its value is set already. Not
   * thread-safe.
   */
  public static final class Builder {
    private final boolean success;
    private final String message;
    private final Duration latency;
    private final ProviderStats stats;
    private final @Nullable FailureKind failureKind;
    private @Nullable String credentialsVersion;
    private @Nullable Duration credentialsAge;
    private @Nullable Instant staleSince;
    private @Nullable String lastFailure;
    private @Nullable Instant lastFailureAt;

    private Builder(
        boolean success,
        String message,
        Duration latency,
        ProviderStats stats,
        @Nullable FailureKind failureKind) {
      this.success = success;
      this.message = requireNonNull(message, "message");
      this.latency = requireNonNull(latency, "latency");
      this.stats = requireNonNull(stats, "stats");
      this.failureKind = failureKind;
    }

    /** Sets the version of the credentials last used. */
    public Builder credentialsVersion(String value) {
      this.credentialsVersion = SetOnce.value(this.credentialsVersion, value, "credentialsVersion");
      return this;
    }

    /** Sets how long ago the credentials last used were confirmed. */
    public Builder credentialsAge(Duration value) {
      this.credentialsAge = SetOnce.value(this.credentialsAge, value, "credentialsAge");
      return this;
    }

    /** Sets since when the credentials in use are stale. */
    public Builder staleSince(Instant value) {
      this.staleSince = SetOnce.value(this.staleSince, value, "staleSince");
      return this;
    }

    /** Sets the message and the time of the last failure. */
    public Builder lastFailure(String value, Instant at) {
      this.lastFailure = SetOnce.value(this.lastFailure, value, "lastFailure");
      this.lastFailureAt = requireNonNull(at, "lastFailureAt");
      return this;
    }

    /** Returns the report. */
    public HealthReport build() {
      return new HealthReport(this);
    }
  }
}
