package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What bounds a get, and the use of what it returns.
 *
 * @param get the end of the get; {@code null} for the acquire timeout alone
 * @param use the end of the use; {@code null} for none
 */
record Bounds(@Nullable Deadline get, @Nullable Deadline use) {
  /** The acquire timeout alone. */
  static final Bounds NONE = new Bounds(null, null);

  /**
   * Returns the bounds of a get that is given no deadline.
   *
   * @param current the deadline in force for the thread, or {@code null}
   */
  static Bounds inForce(@Nullable Deadline current, Duration acquireTimeout) {
    if (current == null) {
      return NONE;
    }
    boolean sooner = current.remaining().compareTo(acquireTimeout) <= 0;
    return new Bounds(sooner ? current : Deadline.after(acquireTimeout), current);
  }
}
