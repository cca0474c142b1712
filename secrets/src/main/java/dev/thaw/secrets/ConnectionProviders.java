package dev.thaw.secrets;

/** Makes connection providers from environment variables. */
public final class ConnectionProviders {
  private ConnectionProviders() {}
}
