package app;

import dev.thaw.ConnectionProvider;
import dev.thaw.secrets.ConnectionProviders;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import javax.sql.DataSource;

// @start region="quarkus"
@ApplicationScoped
class DatabaseProducer {
  @Produces
  @ApplicationScoped
  ConnectionProvider provider() {
    return ConnectionProviders.fromEnvironment();
  }

  @Produces
  @Singleton
  DataSource dataSource(ConnectionProvider provider) {
    return provider.asDataSource();
  }

  void close(@Disposes ConnectionProvider provider) {
    provider.close();
  }
}
// @end region="quarkus"
