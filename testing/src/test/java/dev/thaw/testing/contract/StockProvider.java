package dev.thaw.testing.contract;

import dev.thaw.ConnectionProvider;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.testing.internal.connection.ForwardingProvider;

/** A provider that does what the stock one does; a broken one overrides a part of it. */
class StockProvider extends ForwardingProvider {
  final ConnectionProviderContract.Settings settings;
  ConnectionProvider delegate;

  StockProvider(ConnectionProviderContract.Settings settings) {
    this.settings = settings;
    this.delegate = stock(settings);
  }

  static ConnectionProvider stock(ConnectionProviderContract.Settings settings) {
    return PooledConnectionProvider.builder()
        .host(settings.host())
        .port(settings.port())
        .database(settings.database())
        .credentials(settings.credentials())
        .maxSize(settings.maxSize())
        .acquireTimeout(settings.acquireTimeout())
        .build();
  }

  @Override
  protected ConnectionProvider delegate() {
    return delegate;
  }
}
