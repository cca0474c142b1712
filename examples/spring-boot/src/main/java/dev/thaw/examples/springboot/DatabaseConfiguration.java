package dev.thaw.examples.springboot;

import dev.thaw.ConnectionProvider;
import dev.thaw.metrics.ThawMetrics;
import dev.thaw.secrets.ConnectionProviders;
import io.micrometer.core.instrument.MeterRegistry;
import javax.sql.DataSource;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The one provider, and what Spring sees of it. */
// @start region="configuration"
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {
  @Bean(destroyMethod = "close")
  ConnectionProvider connectionProvider(MeterRegistry meters) {
    ConnectionProvider provider =
        ConnectionProviders.fromEnvironment(builder -> builder.listener(new ThawMetrics(meters)));
    provider.warmUp(); // in Lambda's init phase, so before a snapshot
    return provider;
  }

  @Bean
  DataSource dataSource(ConnectionProvider provider) {
    return provider.asDataSource();
  }

  /** For the meters jdbc.connections.* of Actuator. */
  @Bean
  DataSourcePoolMetadataProvider poolMetadata(ConnectionProvider provider) {
    PoolMetadata metadata = new PoolMetadata(provider);
    return dataSource -> dataSource == provider.asDataSource() ? metadata : null;
  }
}
// @end region="configuration"
