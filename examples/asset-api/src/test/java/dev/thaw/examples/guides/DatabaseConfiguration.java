package dev.thaw.examples.guides;

import dev.thaw.ConnectionProvider;
import dev.thaw.secrets.ConnectionProviders;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

// @start region="spring"
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {
  @Bean(destroyMethod = "close")
  ConnectionProvider connectionProvider() {
    return ConnectionProviders.fromEnvironment();
  }

  @Bean
  DataSource dataSource(ConnectionProvider provider) {
    return provider.asDataSource();
  }
}
// @end region="spring"
