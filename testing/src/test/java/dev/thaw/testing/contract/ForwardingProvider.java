package dev.thaw.testing.contract;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.HealthReport;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.ProviderStats;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A provider that does what the stock one does; a broken one overrides a part of it. */
class ForwardingProvider implements ConnectionProvider {
  final ConnectionProviderContract.Settings settings;
  ConnectionProvider delegate;

  ForwardingProvider(ConnectionProviderContract.Settings settings) {
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
  public Connection get() throws SQLException {
    return delegate.get();
  }

  @Override
  public Connection get(Deadline deadline) throws SQLException {
    return delegate.get(deadline);
  }

  @Override
  public DataSource asDataSource() {
    return delegate.asDataSource();
  }

  @Override
  public HealthReport check() {
    return delegate.check();
  }

  @Override
  public boolean isActive() {
    return delegate.isActive();
  }

  @Override
  public ProviderStats stats() {
    return delegate.stats();
  }

  @Override
  public void warmUp() {
    delegate.warmUp();
  }

  @Override
  public void close() {
    delegate.close();
  }
}
