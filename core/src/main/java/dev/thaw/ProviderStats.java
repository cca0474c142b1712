package dev.thaw;

import static java.util.Objects.requireNonNull;

import dev.thaw.internal.util.SetOnce;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of the statistics of a connection provider.
 *
 * <p>Immutable. Counters start when the provider is built.
 */
public final class ProviderStats {
  private final int active;
  private final int idle;
  private final int waiting;
  private final int maxSize;
  private final int minIdle;
  private final long opened;
  private final long reused;
  private final long waited;
  private final long refusedLogins;
  private final Map<RetireReason, Long> retired;

  private ProviderStats(Builder builder) {
    this.active = (int) orZero(builder.active);
    this.idle = (int) orZero(builder.idle);
    this.waiting = (int) orZero(builder.waiting);
    this.maxSize = (int) orZero(builder.maxSize);
    this.minIdle = (int) orZero(builder.minIdle);
    this.opened = orZero(builder.opened);
    this.reused = orZero(builder.reused);
    this.waited = orZero(builder.waited);
    this.refusedLogins = orZero(builder.refusedLogins);
    this.retired =
        builder.retired.isEmpty()
            ? Map.of()
            : Collections.unmodifiableMap(new EnumMap<>(builder.retired));
  }

  private static long orZero(@Nullable Long value) {
    return value == null ? 0 : value;
  }

  /** Returns a builder in which every value that is not set is zero. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the number of connections in use. */
  public int active() {
    return active;
  }

  /** Returns the number of idle connections. */
  public int idle() {
    return idle;
  }

  /** Returns the number of open connections, in use and idle. */
  public int total() {
    return active + idle;
  }

  /** Returns the number of callers that wait for a connection. */
  public int waiting() {
    return waiting;
  }

  /** Returns the maximum number of connections open at the same time. */
  public int maxSize() {
    return maxSize;
  }

  /** Returns the number of idle connections that the idle timeout leaves open. */
  public int minIdle() {
    return minIdle;
  }

  /** Returns the number of connections opened so far. */
  public long opened() {
    return opened;
  }

  /** Returns how many times a connection was lent out again. */
  public long reused() {
    return reused;
  }

  /** Returns the number of calls that had to wait because every connection was in use. */
  public long waited() {
    return waited;
  }

  /** Returns the number of logins that the server refused. */
  public long refusedLogins() {
    return refusedLogins;
  }

  /**
   * Returns the number of connections closed for each reason; reasons that never occurred are
   * absent.
   */
  public Map<RetireReason, Long> retired() {
    return retired;
  }

  /** Returns the number of connections closed for the given reason. */
  public long retired(RetireReason reason) {
    return retired.getOrDefault(reason, 0L);
  }

  @Override
  public String toString() {
    return "active="
        + active
        + ", idle="
        + idle
        + ", waiting="
        + waiting
        + ", max="
        + maxSize
        + ", opened="
        + opened
        + ", reused="
        + reused
        + ", waited="
        + waited
        + ", refusedLogins="
        + refusedLogins
        + ", retired="
        + retired;
  }

  /**
   * Builds {@link ProviderStats}, for implementations of {@link ConnectionProvider}; each value may
   * be set once.
   *
   * <p>Every setter throws {@link IllegalStateException} if its value is set already, and {@link
   * IllegalArgumentException} if it is negative. Not thread-safe.
   */
  public static final class Builder {
    private final Map<RetireReason, Long> retired = new EnumMap<>(RetireReason.class);
    private @Nullable Long active;
    private @Nullable Long idle;
    private @Nullable Long waiting;
    private @Nullable Long maxSize;
    private @Nullable Long minIdle;
    private @Nullable Long opened;
    private @Nullable Long reused;
    private @Nullable Long waited;
    private @Nullable Long refusedLogins;

    private Builder() {}

    /** Sets the number of connections in use. */
    public Builder active(int value) {
      this.active = once(this.active, value, "active");
      return this;
    }

    /** Sets the number of idle connections. */
    public Builder idle(int value) {
      this.idle = once(this.idle, value, "idle");
      return this;
    }

    /** Sets the number of callers that wait for a connection. */
    public Builder waiting(int value) {
      this.waiting = once(this.waiting, value, "waiting");
      return this;
    }

    /** Sets the maximum number of connections open at the same time. */
    public Builder maxSize(int value) {
      this.maxSize = once(this.maxSize, value, "maxSize");
      return this;
    }

    /** Sets the number of idle connections that the idle timeout leaves open. */
    public Builder minIdle(int value) {
      this.minIdle = once(this.minIdle, value, "minIdle");
      return this;
    }

    /** Sets the number of connections opened so far. */
    public Builder opened(long value) {
      this.opened = once(this.opened, value, "opened");
      return this;
    }

    /** Sets how many times a connection was lent out again. */
    public Builder reused(long value) {
      this.reused = once(this.reused, value, "reused");
      return this;
    }

    /** Sets the number of calls that had to wait because every connection was in use. */
    public Builder waited(long value) {
      this.waited = once(this.waited, value, "waited");
      return this;
    }

    /** Sets the number of logins that the server refused. */
    public Builder refusedLogins(long value) {
      this.refusedLogins = once(this.refusedLogins, value, "refusedLogins");
      return this;
    }

    /** Sets the number of connections closed for one reason. */
    public Builder retired(RetireReason reason, long value) {
      requireNonNull(reason, "reason");
      retired.put(reason, once(retired.get(reason), value, "retired " + reason));
      return this;
    }

    /** Returns the statistics. */
    public ProviderStats build() {
      return new ProviderStats(this);
    }

    private static Long once(@Nullable Long present, long value, String name) {
      if (value < 0) {
        throw new IllegalArgumentException(name + " is " + value + ", allowed are 0 and more");
      }
      return SetOnce.value(present, value, name);
    }
  }
}
