package dev.thaw.examples.assetapi;

import com.grack.nanojson.JsonArray;
import dev.thaw.Deadline;
import dev.thaw.examples.assetapi.assets.Asset;
import dev.thaw.examples.assetapi.assets.AssetRepository;
import dev.thaw.examples.assetapi.http.ApiRequest;
import dev.thaw.examples.assetapi.http.ApiResponse;
import dev.thaw.examples.assetapi.http.Cors;
import dev.thaw.examples.assetapi.http.InvalidRequestException;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;

/** {@code GET /assets?limit=10}: the assets that were created last. */
public final class ListAssets extends ApiHandler {
  private static final int DEFAULT_LIMIT = 10;
  private static final int MAX_LIMIT = 100;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  private final AssetRepository assets;

  /** Creates the handler as Lambda does, for the database that the environment describes. */
  public ListAssets() {
    this(Database.assets(), corsOfEnvironment());
  }

  /**
   * Creates the handler.
   *
   * @param assets the assets
   * @param cors who may read the responses
   */
  public ListAssets(AssetRepository assets, Cors cors) {
    super("GET", cors);
    this.assets = assets;
  }

  @Override
  ApiResponse answer(ApiRequest request, Deadline deadline)
      throws InvalidRequestException, SQLException {
    int limit = limit(request.query("limit"));
    JsonArray data = new JsonArray();
    for (Asset asset : assets.latest(limit, deadline)) {
      data.add(AssetJson.of(asset));
    }
    return ApiResponse.success(200, data);
  }

  private static int limit(List<String> values) throws InvalidRequestException {
    if (values.isEmpty()) {
      return DEFAULT_LIMIT;
    }
    String value = values.get(0);
    if (values.size() == 1 && NUMBER.matcher(value).matches()) {
      int limit = Integer.parseInt(value);
      if (limit >= 1 && limit <= MAX_LIMIT) {
        return limit;
      }
    }
    throw new InvalidRequestException("limit", "is not one number from 1 to " + MAX_LIMIT);
  }
}
