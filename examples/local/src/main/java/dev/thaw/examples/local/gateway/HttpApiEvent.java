package dev.thaw.examples.local.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import java.net.URLDecoder;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The event of an HTTP API in payload format 2.0.
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

  /**
   * Returns the event of a request.
   *
   * @param request the request
   * @param route the route that it is for
   * @param pathParameters what stands for the variables of the route's path
   * @param now when the request came
   * @return JSON text
   */
  public static String of(
      Request request, Route route, Map<String, String> pathParameters, Instant now) {
    JsonObject event = new JsonObject();
    event.put("version", "2.0");
    event.put("routeKey", route.key());
    event.put("rawPath", request.rawPath());
    event.put("rawQueryString", request.rawQuery());
    JsonArray cookies = cookies(request);
    if (!cookies.isEmpty()) {
      event.put("cookies", cookies);
    }
    JsonObject headers = new JsonObject();
    request.headers().forEach((name, values) -> headers.put(name, String.join(",", values)));
    headers.remove("cookie");
    event.put("headers", headers);
    Map<String, String> query = query(request.rawQuery());
    if (!query.isEmpty()) {
      event.put("queryStringParameters", new JsonObject(query));
    }
    event.put("requestContext", context(request, route, now));
    if (!pathParameters.isEmpty()) {
      event.put("pathParameters", new JsonObject(pathParameters));
    }
    putBody(event, request);
    return JsonWriter.string(event);
  }

  private static JsonObject context(Request request, Route route, Instant now) {
    String host = request.header("host");
    return JsonObject.builder()
        .value("accountId", "123456789012")
        .value("apiId", "local")
        .value("domainName", host.replaceFirst(":[0-9]+$", ""))
        .value("domainPrefix", "local")
        .object("http")
        .value("method", request.method())
        .value("path", request.rawPath())
        .value("protocol", "HTTP/1.1")
        .value("sourceIp", request.sourceIp())
        .value("userAgent", request.header("user-agent"))
        .end()
        .value("requestId", UUID.randomUUID().toString())
        .value("routeKey", route.key())
        .value("stage", "$default")
        .value("time", TIME.format(now))
        .value("timeEpoch", now.toEpochMilli())
        .done();
  }

  private static JsonArray cookies(Request request) {
    JsonArray cookies = new JsonArray();
    for (String header : request.headers().getOrDefault("cookie", List.of())) {
      for (String cookie : header.split(";\\s*", -1)) {
        if (!cookie.isEmpty()) {
          cookies.add(cookie);
        }
      }
    }
    return cookies;
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : raw.split("&", -1)) {
      if (!pair.isEmpty()) {
        int sign = pair.indexOf('=');
        String name = sign < 0 ? pair : pair.substring(0, sign);
        String value = sign < 0 ? "" : pair.substring(sign + 1);
        parameters.merge(decode(name), decode(value), (first, next) -> first + "," + next);
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

  private static void putBody(JsonObject event, Request request) {
    byte[] body = request.body();
    String type = request.header("content-type").toLowerCase(Locale.ROOT);
    boolean text = TEXT.matcher(type).matches() && request.header("content-encoding").isEmpty();
    if (body.length > 0) {
      event.put("body", text ? new String(body, UTF_8) : Base64.getEncoder().encodeToString(body));
    }
    event.put("isBase64Encoded", body.length > 0 && !text);
  }
}
