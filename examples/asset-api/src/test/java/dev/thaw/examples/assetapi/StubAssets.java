package dev.thaw.examples.assetapi;

import dev.thaw.Deadline;
import dev.thaw.examples.assetapi.assets.Asset;
import dev.thaw.examples.assetapi.assets.AssetRepository;
import dev.thaw.examples.assetapi.assets.NewAsset;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Assets that no database has: each may be created, and to ask for some fails as it is told. */
record StubAssets(Exception failure) implements AssetRepository {

  @Override
  public Asset create(NewAsset asset, Deadline deadline) {
    return new Asset(1, asset.name(), asset.serialNumber(), asset.category(), Instant.EPOCH);
  }

  @Override
  public List<Asset> latest(int limit, Deadline deadline) throws SQLException {
    if (failure instanceof SQLException sql) {
      throw sql;
    }
    throw (RuntimeException) failure;
  }

  @Override
  public Optional<Asset> find(long id, Deadline deadline) {
    throw new UnsupportedOperationException();
  }
}
