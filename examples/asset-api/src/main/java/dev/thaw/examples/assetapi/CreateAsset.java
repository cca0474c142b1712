package dev.thaw.examples.assetapi;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.thaw.Deadline;
import dev.thaw.examples.assetapi.assets.Asset;
import dev.thaw.examples.assetapi.assets.AssetRepository;
import dev.thaw.examples.assetapi.assets.NewAsset;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code POST /assets}: stores an asset. */
public final class CreateAsset extends ApiHandler {
  // https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
  private static final int ER_DUP_ENTRY = 1062;
  // As wide as the columns in schema.sql.
  private static final int MAX_NAME = 100;
  private static final int MAX_SERIAL_NUMBER = 64;
  private static final int MAX_CATEGORY = 50;
  private static final Pattern SERIAL_NUMBER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]*");

  // The client's path goes into a header, so only what needs no encoding may be in it.
  private static final Pattern PLAIN_PATH = Pattern.compile("(/[A-Za-z0-9._~$-]+)+/?");
  private static final String PATH = "/assets";

  /** Creates the handler as Lambda does, for the database that the environment describes. */
  public CreateAsset() {
    this(Database.assets(), Cors.ofEnvironment());
  }

  /** Creates the handler for assets, and for pages that may read the responses. */
  public CreateAsset(AssetRepository assets, Cors cors) {
    super("POST", assets, cors);
  }

  @Override
  APIGatewayV2HTTPResponse answer(APIGatewayV2HTTPEvent event, Deadline deadline)
      throws InvalidRequestException, SQLException {
    NewAsset asset = asset(JsonBody.of(event));
    try {
      Asset created = FailoverRetry.of(() -> assets.create(asset, deadline));
      APIGatewayV2HTTPResponse response = Responses.success(201, Responses.json(created));
      response.getHeaders().put("Location", location(event.getRawPath(), created.id()));
      return response;
    } catch (SQLIntegrityConstraintViolationException e) {
      if (e.getErrorCode() != ER_DUP_ENTRY) {
        throw e;
      }
      return Responses.wrongFields(
          409, "The asset exists already", Map.of("serialNumber", "is that of another asset"));
    }
  }

  private static NewAsset asset(JsonBody body) throws InvalidRequestException {
    String name = body.text("name", MAX_NAME);
    String serialNumber = body.text("serialNumber", MAX_SERIAL_NUMBER);
    if (!SERIAL_NUMBER.matcher(serialNumber).matches()) {
      body.reject(
          "serialNumber", "has other characters than letters, digits and . _ / - after the first");
    }
    Optional<String> category = body.optionalText("category", MAX_CATEGORY);
    body.requireValid();
    return new NewAsset(name, serialNumber, category);
  }

  private static String location(String path, long id) {
    String base = PLAIN_PATH.matcher(path).matches() ? path.replaceFirst("/$", "") : PATH;
    return base + "/" + id;
  }
}
