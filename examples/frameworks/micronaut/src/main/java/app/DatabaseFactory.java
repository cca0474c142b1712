package app;

import dev.thaw.ConnectionProvider;
import dev.thaw.secrets.ConnectionProviders;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import javax.sql.DataSource;

// @start region="micronaut"
@Factory
class DatabaseFactory {
  @Singleton
  @Bean(preDestroy = "close")
  ConnectionProvider provider() {
    return ConnectionProviders.fromEnvironment();
  }

  @Singleton
  @Named("default") // as Micronaut Data, Flyway and the transactions look for it
  DataSource dataSource(ConnectionProvider provider) {
    return provider.asDataSource();
  }
}
// @end region="micronaut"
