package dev.thaw.examples.assetapi.assets;

import dev.thaw.ConnectionProvider;
import dev.thaw.testing.fault.MovableClock;

class JdbiAssetRepositoryTest extends AssetRepositoryContract {
  @Override
  AssetRepository repository(ConnectionProvider db, MovableClock clock) {
    return new JdbiAssetRepository(db.asDataSource(), clock);
  }
}
