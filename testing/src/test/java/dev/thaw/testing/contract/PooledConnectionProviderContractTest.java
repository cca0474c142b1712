package dev.thaw.testing.contract;

import dev.thaw.ConnectionProvider;

class PooledConnectionProviderContractTest implements ConnectionProviderContract {

  @Override
  public ConnectionProvider provider(Settings settings) {
    return StockProvider.stock(settings);
  }
}
