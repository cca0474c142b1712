package dev.thaw.internal.provider;

import dev.thaw.internal.pool.PooledConnection;
import org.jspecify.annotations.Nullable;

/**
 * What a get has taken from the pool: an idle connection, or room for one.
 *
 * @param idle the connection, in use by the calling thread now; {@code null} for room
 * @param former the login that a former get has left behind in that room; {@code null} if it is
 *     free
 */
record Claim(@Nullable PooledConnection idle, @Nullable PendingLogin former) {}
