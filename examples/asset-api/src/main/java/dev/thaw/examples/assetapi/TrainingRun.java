package dev.thaw.examples.assetapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.thaw.Deadline;
import dev.thaw.examples.assetapi.http.ApiRequest;
import dev.thaw.examples.assetapi.http.EventReader;
import dev.thaw.examples.assetapi.http.InvalidRequestException;
import dev.thaw.examples.assetapi.http.MalformedEventException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.sql.SQLException;
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
   * @param args not used
   * @throws IOException if the answer cannot be written
   * @throws InvalidRequestException never: the event is a constant
   * @throws MalformedEventException never, for the same reason
   * @throws SQLException if the database cannot be asked. The JVM then ends with exit code 1, and
   *     writes an archive that lacks what a connection needs
   */
  public static void main(String[] args)
      throws IOException, InvalidRequestException, MalformedEventException, SQLException {
    ApiRequest request = EventReader.read(new ByteArrayInputStream(EVENT.getBytes(UTF_8)));
    try {
      // Not handleRequest(), which would need a Lambda context.
      new ListAssets().answer(request, Deadline.after(Duration.ofSeconds(30))).writeTo(System.out);
      System.out.println();
    } finally {
      Database.provider().close();
    }
  }
}
