package dev.thaw.examples.assetapi;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.grack.nanojson.JsonArray;
import dev.thaw.Deadline;
import dev.thaw.examples.assetapi.assets.Asset;
import dev.thaw.examples.assetapi.assets.AssetRepository;
import java.sql.SQLException;
import java.util.Map;
import java.util.regex.Pattern;

/** {@code GET /assets?limit=10}: the assets that were created last. */
public final class ListAssets extends ApiHandler {
  private static final String DEFAULT_LIMIT = "10";
  private static final Pattern LIMIT = Pattern.compile("0*([1-9][0-9]?|100)");

  /** Creates the handler as Lambda does, for the database that the environment describes. */
  public ListAssets() {
    this(Database.assets(), Cors.ofEnvironment());
  }

  /** Creates the handler for assets, and for pages that may read the responses. */
  public ListAssets(AssetRepository assets, Cors cors) {
    super("GET", assets, cors);
  }

  @Override
  APIGatewayV2HTTPResponse answer(APIGatewayV2HTTPEvent event, Deadline deadline)
      throws InvalidRequestException, SQLException {
    String limit = event.getQueryStringParameters().getOrDefault("limit", DEFAULT_LIMIT);
    if (!LIMIT.matcher(limit).matches()) {
      throw new InvalidRequestException(Map.of("limit", "is not one number from 1 to 100"));
    }
    JsonArray data = new JsonArray();
    for (Asset asset : assets.latest(Integer.parseInt(limit), deadline)) {
      data.add(Responses.json(asset));
    }
    return Responses.success(200, data);
  }
}
