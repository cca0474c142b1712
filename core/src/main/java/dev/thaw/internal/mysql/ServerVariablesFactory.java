package dev.thaw.internal.mysql;

import com.mysql.cj.CacheAdapter;
import com.mysql.cj.CacheAdapterFactory;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * Gives the driver the {@link ServerVariables} of the provider that opens a connection.
 *
 * <p>Public because the driver creates it by its class name.
 */
public final class ServerVariablesFactory
    implements CacheAdapterFactory<String, Map<String, String>> {
  /** Creates the factory for the connection that this thread is opening. */
  public ServerVariablesFactory() {}

  @Override
  public CacheAdapter<String, Map<String, String>> getInstance(
      Lock lock, String url, int cacheMaxSize, int maxKeySize) {
    return current();
  }

  /** Does the same for Connector/J before 9.2, whose interface has an object for the lock. */
  public CacheAdapter<String, Map<String, String>> getInstance(
      Object mutex, String url, int cacheMaxSize, int maxKeySize) {
    return current();
  }

  private static CacheAdapter<String, Map<String, String>> current() {
    ConnectAttempt attempt = ConnectAttempt.current();
    if (attempt == null) {
      throw new IllegalStateException("Only for connections of this library");
    }
    return new Adapter(attempt.variables());
  }

  private record Adapter(ServerVariables known)
      implements CacheAdapter<String, Map<String, String>> {
    @Override
    public @Nullable Map<String, String> get(String server) {
      return known.get(server);
    }

    @Override
    public void put(String server, Map<String, String> variables) {
      known.put(server, variables);
    }

    @Override
    public void invalidate(String server) {
      known.invalidate(server);
    }

    @Override
    public void invalidateAll(Set<String> servers) {
      servers.forEach(known::invalidate);
    }

    @Override
    public void invalidateAll() {
      known.invalidateAll();
    }
  }
}
