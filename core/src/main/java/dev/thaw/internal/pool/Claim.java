package dev.thaw.internal.pool;

import org.jspecify.annotations.Nullable;

/**
 * What a caller has taken from the bag.
 *
 * @param connection one that was idle, in use by the calling thread now; {@code null} for room to
 *     open one
 */
public record Claim(@Nullable PooledConnection connection) {
  static final Claim ROOM = new Claim(null);
}
