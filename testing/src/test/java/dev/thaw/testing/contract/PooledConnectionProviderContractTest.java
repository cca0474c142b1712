package dev.thaw.testing.contract;

import dev.thaw.ConnectionProvider;
import dev.thaw.PooledConnectionProvider;

class PooledConnectionProviderContractTest implements ConnectionProviderContract {

  @Override
  public ConnectionProvider provider(Settings settings) {
    return PooledConnectionProvider.builder()
        .host(settings.host())
        .port(settings.port())
        .database(settings.database())
        .credentials(settings.credentials())
        .maxSize(settings.maxSize())
        .acquireTimeout(settings.acquireTimeout())
        .build();
  }
}
