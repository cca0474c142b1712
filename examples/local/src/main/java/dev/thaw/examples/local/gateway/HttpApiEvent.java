package dev.thaw.examples.local.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonObject;
import java.net.URLDecoder;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Makes events of an HTTP API in payload format 2.0, less what the route adds.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html">Payload
 *     formats</a>
 */
public final class HttpApiEvent {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Pattern TEXT =
      Pattern.compile("(text/.*|application/(json|javascript|xml|.+\\+(json|xml)))\\s*(;.*)?");

  private HttpApiEvent() {}

  /** Returns the event of a request from this machine; path and query are not decoded. */
  public static JsonObject of(
      String method, String path, String query, Map<String, List<String>> headers, byte[] body) {
    JsonObject sent = new JsonObject();
    headers.forEach(
        (name, values) -> sent.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
    Instant now = Instant.now();
    JsonObject event =
        JsonObject.builder()
            .value("version", "2.0")
            .value("rawPath", path)
            .value("rawQueryString", query)
            .value("headers", sent)
            .object("requestContext")
            .value("accountId", "123456789012")
            .value("apiId", "local")
            .value("domainName", sent.getString("host", "").replaceFirst(":[0-9]+$", ""))
            .value("domainPrefix", "local")
            .object("http")
            .value("method", method)
            .value("path", path)
            .value("protocol", "HTTP/1.1")
            .value("sourceIp", "127.0.0.1")
            .value("userAgent", sent.getString("user-agent", ""))
            .end()
            .value("requestId", UUID.randomUUID().toString())
            .value("stage", "$default")
            .value("time", TIME.format(now))
            .value("timeEpoch", now.toEpochMilli())
            .end()
            .done();
    JsonObject parameters = parameters(query);
    if (!parameters.isEmpty()) {
      event.put("queryStringParameters", parameters);
    }
    boolean text =
        TEXT.matcher(sent.getString("content-type", "").toLowerCase(Locale.ROOT)).matches()
            && !sent.has("content-encoding");
    if (body.length > 0) {
      event.put("body", text ? new String(body, UTF_8) : Base64.getEncoder().encodeToString(body));
    }
    event.put("isBase64Encoded", body.length > 0 && !text);
    return event;
  }

  private static JsonObject parameters(String query) {
    JsonObject parameters = new JsonObject();
    for (String pair : query.split("&", -1)) {
      if (!pair.isEmpty()) {
        String[] parts = pair.split("=", 2);
        String value = parts.length == 1 ? "" : decode(parts[1]);
        parameters.merge(decode(parts[0]), value, (first, next) -> first + "," + next);
      }
    }
    return parameters;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException e) {
      return text; // a percent sign that begins no code stands for itself
    }
  }
}
