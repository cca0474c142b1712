package dev.thaw.examples.springboot;

import dev.thaw.ConnectionProvider;
import dev.thaw.ProviderStats;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadata;

/**
 * A provider's pool as Spring Boot asks for it.
 *
 * @param provider the provider
 */
record PoolMetadata(ConnectionProvider provider) implements DataSourcePoolMetadata {
  @Override
  public Float getUsage() {
    ProviderStats stats = provider.stats();
    return (float) stats.active() / stats.maxSize();
  }

  @Override
  public Integer getActive() {
    return provider.stats().active();
  }

  @Override
  public Integer getIdle() {
    return provider.stats().idle();
  }

  @Override
  public Integer getMax() {
    return provider.stats().maxSize();
  }

  @Override
  public Integer getMin() {
    return provider.stats().minIdle();
  }

  @Override
  public String getValidationQuery() {
    return null;
  }

  @Override
  public Boolean getDefaultAutoCommit() {
    return true;
  }
}
