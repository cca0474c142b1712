package dev.thaw.examples.assetapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import dev.thaw.Deadline;
import java.io.ByteArrayInputStream;
import java.time.Duration;

/**
 * The program whose classes a JVM writes into an AOT cache or an AppCDS archive: one {@code GET
 * /assets} on the database that the environment describes, as in a cold start. The guide "AOT cache
 * and AppCDS archive" in {@code examples/README.md} says how to run it.
 */
public final class TrainingRun {
  private static final String EVENT =
      "{\"version\":\"2.0\",\"rawPath\":\"/assets\",\"isBase64Encoded\":false,\"headers\":{},"
          + "\"requestContext\":{\"http\":{\"method\":\"GET\"}}}";

  private TrainingRun() {}

  /**
   * Answers one request on standard output.
   *
   * @throws Exception if the database cannot be asked. The JVM then ends with exit code 1, and
   *     writes an archive that lacks what a connection needs
   */
  public static void main(String[] args) throws Exception {
    APIGatewayV2HTTPEvent event = Events.read(new ByteArrayInputStream(EVENT.getBytes(UTF_8)));
    try {
      // Not handleRequest(), which would need a Lambda context.
      Deadline deadline = Deadline.after(Duration.ofSeconds(30));
      Events.write(new ListAssets().answer(event, deadline), System.out);
      System.out.println();
    } finally {
      Database.provider().close();
    }
  }
}
