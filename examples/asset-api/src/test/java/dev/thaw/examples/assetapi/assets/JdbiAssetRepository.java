package dev.thaw.examples.assetapi.assets;

import dev.thaw.Deadline;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Assets in a table of MySQL, by Jdbi on {@code provider.asDataSource()}.
 *
 * <p>A data source takes no deadline: here a {@code getConnection()} is bounded by the provider's
 * acquire timeout only.
 */
final class JdbiAssetRepository implements AssetRepository {
  private static final String SELECT =
      "SELECT id, name, serial_number, category, created_at FROM assets ";
  private static final String INSERT =
      "INSERT INTO assets (name, serial_number, category, created_at)"
          + " VALUES (:name, :serialNumber, :category, :createdAt)";

  private final Jdbi jdbi;
  private final InstantSource clock;

  JdbiAssetRepository(DataSource dataSource, InstantSource clock) {
    this.jdbi =
        Jdbi.create(dataSource).registerRowMapper(Asset.class, (row, context) -> asset(row));
    this.clock = clock;
  }

  @Override
  public List<Asset> latest(int limit, Deadline deadline) throws SQLException {
    return run(
        handle ->
            handle
                .createQuery(SELECT + "ORDER BY created_at DESC, id DESC LIMIT :limit")
                .bind("limit", limit)
                .mapTo(Asset.class)
                .list());
  }

  @Override
  public Optional<Asset> find(long id, Deadline deadline) throws SQLException {
    return run(
        handle ->
            handle
                .createQuery(SELECT + "WHERE id = :id")
                .bind("id", id)
                .mapTo(Asset.class)
                .findOne());
  }

  @Override
  public Asset create(NewAsset asset, Deadline deadline) throws SQLException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    long id =
        run(
            handle ->
                handle
                    .createUpdate(INSERT)
                    .bind("name", asset.name())
                    .bind("serialNumber", asset.serialNumber())
                    .bind("category", asset.category())
                    .bind("createdAt", LocalDateTime.ofInstant(now, ZoneOffset.UTC))
                    .executeAndReturnGeneratedKeys()
                    .mapTo(Long.class)
                    .one());
    return new Asset(id, asset.name(), asset.serialNumber(), asset.category(), now);
  }

  /** Gives the caller JDBC's exception back, by whose type and code failures are told apart. */
  private <T> T run(HandleCallback<T, RuntimeException> work) throws SQLException {
    try {
      return jdbi.withHandle(work);
    } catch (JdbiException e) {
      if (e.getCause() instanceof SQLException sql) {
        throw sql;
      }
      throw e;
    }
  }

  private static Asset asset(ResultSet row) throws SQLException {
    return new Asset(
        row.getLong("id"),
        row.getString("name"),
        row.getString("serial_number"),
        Optional.ofNullable(row.getString("category")),
        row.getObject("created_at", LocalDateTime.class).toInstant(ZoneOffset.UTC));
  }
}
