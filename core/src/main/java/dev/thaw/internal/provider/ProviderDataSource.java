package dev.thaw.internal.provider;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The view of a provider for libraries that take a {@link DataSource}. */
public final class ProviderDataSource implements DataSource {

  /** A supplier of connections. */
  @FunctionalInterface
  public interface Supplier {
    /** Returns a connection. */
    Connection get() throws SQLException;
  }

  private final Supplier supplier;

  /** Creates a view of the given supplier. */
  public ProviderDataSource(Supplier supplier) {
    this.supplier = supplier;
  }

  @Override
  public Connection getConnection() throws SQLException {
    return supplier.get();
  }

  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException(
        "The credentials come from the provider's source; call getConnection() without any");
  }

  /** Returns zero: the provider's acquire timeout holds. */
  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    throw new SQLFeatureNotSupportedException("Set the provider's acquireTimeout instead");
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
    throw new SQLFeatureNotSupportedException("Logging goes through SLF4J");
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("Logging goes through SLF4J");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    throw new SQLException("This data source wraps no " + type.getName());
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return type.isInstance(this);
  }
}
