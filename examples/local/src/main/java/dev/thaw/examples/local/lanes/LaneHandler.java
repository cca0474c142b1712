package dev.thaw.examples.local.lanes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.thaw.examples.assetapi.Cors;
import dev.thaw.examples.assetapi.CreateAsset;
import dev.thaw.examples.assetapi.ListAssets;
import dev.thaw.examples.assetapi.assets.AssetRepository;
import dev.thaw.examples.assetapi.assets.Connections;
import dev.thaw.examples.assetapi.assets.JdbcAssetRepository;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.InstantSource;

/** Lists and creates assets with the asset API's own handlers, in one function. */
public abstract class LaneHandler implements RequestStreamHandler {
  private final RequestStreamHandler list;
  private final RequestStreamHandler create;

  LaneHandler(Connections connections) {
    AssetRepository assets = new JdbcAssetRepository(connections, InstantSource.system());
    Cors cors = Cors.of("*");
    this.list = new ListAssets(assets, cors);
    this.create = new CreateAsset(assets, cors);
  }

  /** Returns what this environment can tell. */
  abstract LaneReport report();

  @Override
  public final void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    byte[] event = input.readAllBytes();
    try {
      (isPost(event) ? create : list)
          .handleRequest(new ByteArrayInputStream(event), output, context);
    } finally {
      print(report());
    }
  }

  /** Writes a report to the environment's log. */
  static void print(LaneReport report) {
    System.out.println(report.line());
  }

  private static boolean isPost(byte[] event) throws IOException {
    try {
      return "POST"
          .equals(
              JsonParser.object()
                  .from(new String(event, UTF_8))
                  .getObject("requestContext")
                  .getObject("http")
                  .getString("method"));
    } catch (JsonParserException e) {
      throw new IOException("not an event of the playground", e);
    }
  }
}
