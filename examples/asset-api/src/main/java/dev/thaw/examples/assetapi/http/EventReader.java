package dev.thaw.examples.assetapi.http;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent.ProxyRequestContext;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext;
import com.grack.nanojson.JsonObject;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads events of both payload formats, which their member {@code version} tells apart. A REST API
 * sends format 1.0 without that member.
 *
 * <p>The runtime could deserialize the events itself, but then a malformed one would fail before
 * the handler could answer it, and one handler could take one format only. Here are read those
 * members that a handler may want.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html">Payload
 *     formats</a>
 */
public final class EventReader {
  private EventReader() {}

  /**
   * Reads an event.
   *
   * @param input the event as Lambda passes it
   * @return the request that it is about
   * @throws IOException if the stream fails
   * @throws MalformedEventException if it is not an event of API Gateway
   */
  public static ApiRequest read(InputStream input) throws IOException, MalformedEventException {
    JsonObject object;
    try {
      object = StrictJson.object(StrictJson.utf8(input.readAllBytes()));
    } catch (StrictJson.NotJsonException e) {
      throw new MalformedEventException("it " + e.getMessage());
    }
    EventMembers event = EventMembers.of(object);
    String version = event.string("version");
    if (version == null || version.equals("1.0")) {
      return ApiRequest.of(proxyEvent(event));
    }
    if (version.equals("2.0")) {
      return ApiRequest.of(httpEvent(event));
    }
    throw new MalformedEventException("version is neither 1.0 nor 2.0");
  }

  private static APIGatewayProxyRequestEvent proxyEvent(EventMembers event)
      throws MalformedEventException {
    EventMembers context = event.object("requestContext");
    return new APIGatewayProxyRequestEvent()
        .withHttpMethod(event.string("httpMethod"))
        .withPath(event.string("path"))
        .withHeaders(event.strings("headers"))
        .withMultiValueHeaders(event.lists("multiValueHeaders"))
        .withQueryStringParameters(event.strings("queryStringParameters"))
        .withMultiValueQueryStringParameters(event.lists("multiValueQueryStringParameters"))
        .withPathParameters(event.strings("pathParameters"))
        .withBody(event.string("body"))
        .withIsBase64Encoded(event.flag("isBase64Encoded"))
        .withRequestContext(new ProxyRequestContext().withPath(context.string("path")));
  }

  private static APIGatewayV2HTTPEvent httpEvent(EventMembers event)
      throws MalformedEventException {
    EventMembers http = event.object("requestContext").object("http");
    return APIGatewayV2HTTPEvent.builder()
        .withVersion("2.0")
        .withRawPath(event.string("rawPath"))
        .withHeaders(event.strings("headers"))
        .withQueryStringParameters(event.strings("queryStringParameters"))
        .withPathParameters(event.strings("pathParameters"))
        .withBody(event.string("body"))
        .withIsBase64Encoded(Boolean.TRUE.equals(event.flag("isBase64Encoded")))
        .withRequestContext(
            RequestContext.builder()
                .withHttp(RequestContext.Http.builder().withMethod(http.string("method")).build())
                .build())
        .build();
  }
}
