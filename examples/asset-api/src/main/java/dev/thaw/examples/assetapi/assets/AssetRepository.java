package dev.thaw.examples.assetapi.assets;

import dev.thaw.Deadline;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.util.List;
import java.util.Optional;

/** The stored assets. Each piece of work ends by its deadline. Implementations are thread-safe. */
public interface AssetRepository {

  /** Returns the assets that were created last, at most so many, the newest first. */
  List<Asset> latest(int limit, Deadline deadline) throws SQLException;

  /** Returns the asset with this id, if there is one. */
  Optional<Asset> find(long id, Deadline deadline) throws SQLException;

  /**
   * Stores an asset, and returns it as it is stored.
   *
   * @throws SQLIntegrityConstraintViolationException if another asset has its serial number
   */
  Asset create(NewAsset asset, Deadline deadline) throws SQLException;
}
