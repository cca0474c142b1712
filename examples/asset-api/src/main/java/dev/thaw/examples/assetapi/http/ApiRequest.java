package dev.thaw.examples.assetapi.http;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** An HTTP request, whichever payload format it came in. Immutable. */
public final class ApiRequest {
  private final String method;
  private final String path;
  private final Map<String, String> headers;
  private final Map<String, List<String>> query;
  private final Map<String, String> pathParameters;
  private final Optional<String> body;
  private final boolean base64;

  private ApiRequest(
      String method,
      String path,
      Map<String, String> headers,
      Map<String, List<String>> query,
      Map<String, String> pathParameters,
      String body,
      boolean base64) {
    this.method = method;
    this.path = path;
    this.headers = headers;
    this.query = query;
    this.pathParameters = pathParameters;
    this.body = Optional.ofNullable(body);
    this.base64 = base64;
  }

  /** Returns the request of an event in payload format 1.0. */
  static ApiRequest of(APIGatewayProxyRequestEvent event) throws MalformedEventException {
    // The context's path begins with the stage, as the client's does; a test event may lack it.
    String fullPath = event.getRequestContext().getPath();
    Map<String, List<String>> query = lists(event.getQueryStringParameters());
    query.putAll(orEmpty(event.getMultiValueQueryStringParameters()));
    return new ApiRequest(
        required(event.getHttpMethod(), "httpMethod"),
        fullPath == null ? required(event.getPath(), "path") : fullPath,
        headers(lastValues(event.getMultiValueHeaders()), event.getHeaders()),
        query,
        withoutNulls(event.getPathParameters()),
        event.getBody(),
        Boolean.TRUE.equals(event.getIsBase64Encoded()));
  }

  /** Returns the request of an event in payload format 2.0. */
  static ApiRequest of(APIGatewayV2HTTPEvent event) throws MalformedEventException {
    return new ApiRequest(
        required(event.getRequestContext().getHttp().getMethod(), "requestContext.http.method"),
        required(event.getRawPath(), "rawPath"),
        headers(Map.of(), event.getHeaders()),
        lists(event.getQueryStringParameters()),
        withoutNulls(event.getPathParameters()),
        event.getBody(),
        event.getIsBase64Encoded());
  }

  /** Returns the method, in upper case as clients send it. */
  public String method() {
    return method;
  }

  /** Returns the path as the client sees it, with the stage. */
  public String path() {
    return path;
  }

  /**
   * Returns the value of a header.
   *
   * @param name its name, in any case
   * @return its value, if it was sent
   */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  /**
   * Returns the values of a parameter in the query string; format 2.0 joins several by commas.
   *
   * @param name its name
   * @return its values, none if it was not sent
   */
  public List<String> query(String name) {
    return query.getOrDefault(name, List.of());
  }

  /**
   * Returns what stood for a variable of the route.
   *
   * @param name its name, {@code id} for {@code /assets/{id}}
   * @return what stood there
   */
  public Optional<String> pathParameter(String name) {
    return Optional.ofNullable(pathParameters.get(name));
  }

  /**
   * Returns the body as text.
   *
   * @return the body, empty if none was sent
   * @throws InvalidRequestException if it is not Base64 where the event says so, or not UTF-8
   */
  public String text() throws InvalidRequestException {
    String text = body.orElse("");
    if (!base64) {
      return text;
    }
    try {
      return StrictJson.utf8(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("body", "is not Base64, as the event says");
    } catch (StrictJson.NotJsonException e) {
      throw new InvalidRequestException("body", e.getMessage());
    }
  }

  private static String required(String value, String member) throws MalformedEventException {
    if (value == null || value.isEmpty()) {
      throw new MalformedEventException(member + " is missing");
    }
    return value;
  }

  /** Returns the headers by their names in lower case; HTTP does not tell cases apart. */
  private static Map<String, String> headers(Map<String, String> first, Map<String, String> then) {
    Map<String, String> headers = new LinkedHashMap<>();
    first.forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    withoutNulls(then).forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    return headers;
  }

  private static Map<String, String> lastValues(Map<String, List<String>> lists) {
    Map<String, String> values = new LinkedHashMap<>();
    orEmpty(lists)
        .forEach(
            (name, list) -> {
              if (!list.isEmpty()) {
                values.put(name, list.get(list.size() - 1));
              }
            });
    return values;
  }

  private static Map<String, List<String>> lists(Map<String, String> values) {
    Map<String, List<String>> lists = new LinkedHashMap<>();
    withoutNulls(values).forEach((name, value) -> lists.put(name, List.of(value)));
    return lists;
  }

  private static Map<String, String> withoutNulls(Map<String, String> values) {
    Map<String, String> present = new LinkedHashMap<>(orEmpty(values));
    present.values().removeIf(value -> value == null);
    return present;
  }

  private static <V> Map<String, V> orEmpty(Map<String, V> map) {
    return map == null ? Map.of() : map;
  }
}
