package dev.thaw.examples.assetapi;

import dev.thaw.ConnectionProvider;
import dev.thaw.examples.assetapi.assets.AssetRepository;
import dev.thaw.examples.assetapi.assets.JdbcAssetRepository;
import dev.thaw.secrets.ConnectionProviders;
import java.time.InstantSource;

/**
 * The function's database. Its provider lives as long as the execution environment: it is not
 * closed between invocations.
 */
final class Database {
  private static final ConnectionProvider PROVIDER = ConnectionProviders.fromEnvironment();

  static {
    // This runs in Lambda's init phase, where there is a full processor; with SnapStart, before
    // the snapshot.
    PROVIDER.warmUp();
  }

  private Database() {}

  static ConnectionProvider provider() {
    return PROVIDER;
  }

  static AssetRepository assets() {
    return new JdbcAssetRepository(PROVIDER::get, InstantSource.system());
  }
}
