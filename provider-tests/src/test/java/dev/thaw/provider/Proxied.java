package dev.thaw.provider;

import dev.thaw.PooledConnectionProvider;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.fault.FaultProxy;

/** The way to a schema through a proxy. */
final class Proxied {
  private Proxied() {}

  /** Returns a proxy before the schema's server. */
  static FaultProxy proxy(TestSchema schema) {
    DatabaseCredentials login = schema.credentials();
    return FaultProxy.to(login.host().orElseThrow(), login.port().orElseThrow());
  }

  /** Returns a builder of providers that reach the schema through a proxy. */
  static PooledConnectionProvider.Builder provider(TestSchema schema, FaultProxy proxy) {
    return PooledConnectionProvider.builder()
        .host(proxy.host())
        .port(proxy.port())
        .database(schema.name())
        .credentials(schema.credentials().username(), schema.credentials().password());
  }
}
