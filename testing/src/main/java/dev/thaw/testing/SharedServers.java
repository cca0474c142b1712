package dev.thaw.testing;

import dev.thaw.testing.internal.server.ServerOptions;
import java.util.HashMap;
import java.util.Map;

/** The servers of this JVM, each started when it is first asked for. */
final class SharedServers {
  private static final Map<ServerOptions, DatabaseServer> SERVERS = new HashMap<>();
  private static final Map<ServerOptions, String> FAILURES = new HashMap<>();

  private SharedServers() {}

  /** Returns the server with these options; a failed start is not repeated for each class. */
  static synchronized DatabaseServer get(ServerOptions options) {
    String failure = FAILURES.get(options);
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
    DatabaseServer present = SERVERS.get(options);
    if (present != null) {
      return present;
    }
    try {
      DatabaseServer started = DatabaseServer.startShared(options);
      SERVERS.put(options, started);
      return started;
    } catch (IllegalStateException e) {
      FAILURES.put(options, String.valueOf(e.getMessage()));
      throw e;
    }
  }
}
