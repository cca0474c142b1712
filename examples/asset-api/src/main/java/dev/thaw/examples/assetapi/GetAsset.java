package dev.thaw.examples.assetapi;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.thaw.Deadline;
import dev.thaw.examples.assetapi.assets.AssetRepository;
import java.sql.SQLException;
import java.util.Map;
import java.util.regex.Pattern;

/** {@code GET /assets/{id}}: one asset. */
public final class GetAsset extends ApiHandler {
  // Eighteen digits always fit into a long.
  private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,17}");

  /** Creates the handler as Lambda does, for the database that the environment describes. */
  public GetAsset() {
    this(Database.assets(), Cors.ofEnvironment());
  }

  /** Creates the handler for assets, and for pages that may read the responses. */
  public GetAsset(AssetRepository assets, Cors cors) {
    super("GET", assets, cors);
  }

  @Override
  APIGatewayV2HTTPResponse answer(APIGatewayV2HTTPEvent event, Deadline deadline)
      throws InvalidRequestException, SQLException {
    String id = event.getPathParameters().getOrDefault("id", "");
    if (!ID.matcher(id).matches()) {
      throw new InvalidRequestException(
          Map.of("id", "is not a positive number of at most 18 digits"));
    }
    return assets
        .find(Long.parseLong(id), deadline)
        .map(asset -> Responses.success(200, Responses.json(asset)))
        .orElseGet(() -> Responses.failure(404, "There is no asset " + id));
  }
}
