package dev.thaw.examples.assetapi.assets;

import dev.thaw.Deadline;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Assets in a table of MySQL, by plain JDBC. */
public final class JdbcAssetRepository implements AssetRepository {
  private static final String COLUMNS = "id, name, serial_number, category, created_at";
  private static final String LATEST =
      "SELECT " + COLUMNS + " FROM assets ORDER BY created_at DESC, id DESC LIMIT ?";
  private static final String FIND = "SELECT " + COLUMNS + " FROM assets WHERE id = ?";
  private static final String INSERT =
      "INSERT INTO assets (name, serial_number, category, created_at) VALUES (?, ?, ?, ?)";

  private final Connections connections;
  private final InstantSource clock;

  /** Creates a repository that takes a connection for each piece of work. */
  public JdbcAssetRepository(Connections connections, InstantSource clock) {
    this.connections = connections;
    this.clock = clock;
  }

  @Override
  public List<Asset> latest(int limit, Deadline deadline) throws SQLException {
    try (Connection connection = connections.get(deadline);
        PreparedStatement query = connection.prepareStatement(LATEST)) {
      query.setInt(1, limit);
      try (ResultSet rows = query.executeQuery()) {
        List<Asset> assets = new ArrayList<>();
        while (rows.next()) {
          assets.add(asset(rows));
        }
        return assets;
      }
    }
  }

  @Override
  public Optional<Asset> find(long id, Deadline deadline) throws SQLException {
    try (Connection connection = connections.get(deadline);
        PreparedStatement query = connection.prepareStatement(FIND)) {
      query.setLong(1, id);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next() ? Optional.of(asset(rows)) : Optional.empty();
      }
    }
  }

  @Override
  public Asset create(NewAsset asset, Deadline deadline) throws SQLException {
    // The column keeps microseconds; what is returned now must equal what is read later.
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    try (Connection connection = connections.get(deadline);
        PreparedStatement insert =
            connection.prepareStatement(INSERT, Statement.RETURN_GENERATED_KEYS)) {
      insert.setString(1, asset.name());
      insert.setString(2, asset.serialNumber());
      insert.setString(3, asset.category().orElse(null));
      insert.setObject(4, LocalDateTime.ofInstant(now, ZoneOffset.UTC));
      insert.executeUpdate();
      try (ResultSet keys = insert.getGeneratedKeys()) {
        keys.next();
        return new Asset(
            keys.getLong(1), asset.name(), asset.serialNumber(), asset.category(), now);
      }
    }
  }

  private static Asset asset(ResultSet row) throws SQLException {
    return new Asset(
        row.getLong("id"),
        row.getString("name"),
        row.getString("serial_number"),
        Optional.ofNullable(row.getString("category")),
        // DATETIME has no time zone, so nothing can shift it: it is UTC by agreement.
        row.getObject("created_at", LocalDateTime.class).toInstant(ZoneOffset.UTC));
  }
}
