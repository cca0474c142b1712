package dev.thaw.testing.contract;

import dev.thaw.ConnectionProvider;
import dev.thaw.testing.DatabaseTest;

/** How the parts of {@link ConnectionProviderContract} get the provider that they test. */
@DatabaseTest
public interface ProviderUnderTest {
  /**
   * Returns a new provider with these settings and with defaults for all else. The contract closes
   * it.
   *
   * @param settings what the provider must keep to
   */
  ConnectionProvider provider(ConnectionProviderContract.Settings settings);
}
