package dev.thaw.internal.mysql;

import dev.thaw.internal.time.Clock;
import dev.thaw.internal.time.Moment;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The variables of a server that the driver asks for at a connect, kept for the next connects.
 *
 * <p>The driver's own cache keeps them for the life of the JVM, so a new connection would go by the
 * {@code max_allowed_packet}, {@code sql_mode} or isolation of days ago. Here they are kept for a
 * minute, and until a connection is closed: connections opened together share one answer.
 *
 * <p>Thread-safe. Without a type of the driver, so that a provider can be built, and say what is
 * wrong, where that is missing.
 */
public final class ServerVariables {
  private static final long LONGEST_AGE_MILLIS = 60_000;

  private record Known(Map<String, String> variables, Moment at) {}

  private final Map<String, Known> servers = new ConcurrentHashMap<>();
  private final Clock clock;

  /** Creates an empty cache. */
  public ServerVariables(Clock clock) {
    this.clock = clock;
  }

  @Nullable Map<String, String> get(String server) {
    Known known = servers.get(server);
    if (known == null || clock.now().millisSince(known.at) > LONGEST_AGE_MILLIS) {
      return null;
    }
    return new HashMap<>(known.variables);
  }

  void put(String server, Map<String, String> variables) {
    servers.put(server, new Known(new HashMap<>(variables), clock.now()));
  }

  void invalidate(String server) {
    servers.remove(server);
  }

  /** Forgets the variables of every server, so that the next connect asks for them. */
  public void invalidateAll() {
    servers.clear();
  }
}
