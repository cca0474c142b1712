package dev.thaw.examples.assetapi.assets;

import dev.thaw.Deadline;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The stored assets. Implementations are thread-safe. */
public interface AssetRepository {

  /**
   * Returns the assets that were created last, the newest first.
   *
   * @param limit how many at most
   * @param deadline by when the work must have ended
   * @return the assets
   * @throws SQLException if the database fails
   */
  List<Asset> latest(int limit, Deadline deadline) throws SQLException;

  /**
   * Returns the asset with this id, if there is one.
   *
   * @param id the id
   * @param deadline by when the work must have ended
   * @return the asset
   * @throws SQLException if the database fails
   */
  Optional<Asset> find(long id, Deadline deadline) throws SQLException;

  /**
   * Stores an asset.
   *
   * @param asset what to store
   * @param deadline by when the work must have ended
   * @return the asset as it is stored
   * @throws DuplicateSerialNumberException if another asset has its serial number
   * @throws SQLException if the database fails
   */
  Asset create(NewAsset asset, Deadline deadline)
      throws SQLException, DuplicateSerialNumberException;
}
