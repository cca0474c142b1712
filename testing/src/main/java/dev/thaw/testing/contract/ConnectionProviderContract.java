package dev.thaw.testing.contract;

import static java.util.Objects.requireNonNull;

import dev.thaw.ConnectionProvider;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.testing.DatabaseTest;
import java.time.Duration;

/**
 * What every {@link ConnectionProvider} must do, as tests on a real server.
 *
 * <p>A test class that implements this interface runs them all on the provider that it makes:
 *
 * <pre>{@code
 * class MyProviderTest implements ConnectionProviderContract {
 *   @Override
 *   public ConnectionProvider provider(Settings settings) {
 *     return new MyProvider(settings.host(), settings.port(), …);
 *   }
 * }
 * }</pre>
 *
 * <p>Nothing else is needed: {@link DatabaseTest} provides the schema, and a {@link
 * dev.thaw.testing.fault.FaultProxy} stands between provider and server, which counts what the
 * provider opens and breaks it. A test that an implementation cannot pass it has to override, where
 * everybody sees it.
 */
public interface ConnectionProviderContract
    extends OpeningContract, FailureContract, WaitingContract, ReturnContract, ClosingContract {

  /**
   * What a provider under test must keep to.
   *
   * <p>Immutable.
   */
  final class Settings {
    private final String host;
    private final int port;
    private final String database;
    private final CredentialsSource credentials;
    private final int maxSize;
    private final Duration acquireTimeout;

    Settings(
        String host,
        int port,
        String database,
        CredentialsSource credentials,
        int maxSize,
        Duration acquireTimeout) {
      this.host = requireNonNull(host);
      this.port = port;
      this.database = requireNonNull(database);
      this.credentials = requireNonNull(credentials);
      this.maxSize = maxSize;
      this.acquireTimeout = requireNonNull(acquireTimeout);
    }

    /** Returns the host to connect to. */
    public String host() {
      return host;
    }

    /** Returns the TCP port to connect to. */
    public int port() {
      return port;
    }

    /** Returns the default schema. */
    public String database() {
      return database;
    }

    /** Returns where user name and password come from; the provider closes it. */
    public CredentialsSource credentials() {
      return credentials;
    }

    /** Returns the most connections open at once. */
    public int maxSize() {
      return maxSize;
    }

    /** Returns how long a get without a deadline may take in all. */
    public Duration acquireTimeout() {
      return acquireTimeout;
    }
  }
}
