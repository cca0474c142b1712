package dev.thaw.examples.assetapi;

import dev.thaw.Deadline;
import dev.thaw.examples.assetapi.assets.AssetRepository;
import dev.thaw.examples.assetapi.http.ApiRequest;
import dev.thaw.examples.assetapi.http.ApiResponse;
import dev.thaw.examples.assetapi.http.Cors;
import dev.thaw.examples.assetapi.http.InvalidRequestException;
import java.sql.SQLException;
import java.util.Map;
import java.util.regex.Pattern;

/** {@code GET /assets/{id}}: one asset. */
public final class GetAsset extends ApiHandler {
  // Eighteen digits always fit into a long.
  private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,17}");

  private final AssetRepository assets;

  /** Creates the handler as Lambda does, for the database that the environment describes. */
  public GetAsset() {
    this(Database.assets(), corsOfEnvironment());
  }

  /**
   * Creates the handler.
   *
   * @param assets the assets
   * @param cors who may read the responses
   */
  public GetAsset(AssetRepository assets, Cors cors) {
    super("GET", cors);
    this.assets = assets;
  }

  @Override
  ApiResponse answer(ApiRequest request, Deadline deadline)
      throws InvalidRequestException, SQLException {
    String text = request.pathParameter("id").orElse("");
    if (!ID.matcher(text).matches()) {
      throw new InvalidRequestException("id", "is not a positive number of at most 18 digits");
    }
    long id = Long.parseLong(text);
    return assets
        .find(id, deadline)
        .map(asset -> ApiResponse.success(200, AssetJson.of(asset)))
        .orElseGet(() -> ApiResponse.failure(404, "There is no asset " + id, Map.of()));
  }
}
