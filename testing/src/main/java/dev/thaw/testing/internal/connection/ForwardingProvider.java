package dev.thaw.testing.internal.connection;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.HealthReport;
import dev.thaw.ProviderStats;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A provider that does what another one does, but for what a subclass overrides. */
public abstract class ForwardingProvider implements ConnectionProvider {

  /** Returns the other one. */
  protected abstract ConnectionProvider delegate();

  @Override
  public Connection get() throws SQLException {
    return delegate().get();
  }

  @Override
  public Connection get(Deadline deadline) throws SQLException {
    return delegate().get(deadline);
  }

  @Override
  public DataSource asDataSource() {
    return delegate().asDataSource();
  }

  @Override
  public HealthReport check() {
    return delegate().check();
  }

  @Override
  public boolean isActive() {
    return delegate().isActive();
  }

  @Override
  public ProviderStats stats() {
    return delegate().stats();
  }

  @Override
  public void warmUp() {
    delegate().warmUp();
  }

  @Override
  public void close() {
    delegate().close();
  }
}
