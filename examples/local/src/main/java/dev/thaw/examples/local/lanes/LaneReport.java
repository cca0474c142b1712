package dev.thaw.examples.local.lanes;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import java.util.Optional;

/**
 * What a lane's environment tells of its connections since its start. It goes through the log, so
 * that also an invocation that ends with a timeout has told.
 *
 * @param opened how many connections were opened
 * @param reused how often a connection was given out that had been used before
 * @param refusedLogins how many logins the server refused
 * @param secretRetrievedAt when the secret in use was last confirmed, in epoch milliseconds; zero
 *     if that is not known
 */
public record LaneReport(long opened, long reused, long refusedLogins, long secretRetrievedAt) {
  private static final String MARK = "PLAYGROUND ";

  /** Returns the line for the log. */
  String line() {
    return MARK
        + JsonWriter.string(
            JsonObject.builder()
                .value("opened", opened)
                .value("reused", reused)
                .value("refusedLogins", refusedLogins)
                .value("secretRetrievedAt", secretRetrievedAt)
                .done());
  }

  /** Returns the last report in what an environment has written, if there is one. */
  public static Optional<LaneReport> lastOf(String log) {
    LaneReport last = null;
    for (String line : log.split("\n", -1)) {
      int start = line.indexOf(MARK);
      if (start >= 0) {
        try {
          last = of(JsonParser.object().from(line.substring(start + MARK.length())));
        } catch (JsonParserException e) {
          // Cut off by the end of the process; the one before is the last.
        }
      }
    }
    return Optional.ofNullable(last);
  }

  private static LaneReport of(JsonObject json) {
    return new LaneReport(
        json.getLong("opened"),
        json.getLong("reused"),
        json.getLong("refusedLogins"),
        json.getLong("secretRetrievedAt"));
  }
}
