package dev.thaw.examples.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.thaw.examples.local.gateway.Gateway;
import dev.thaw.examples.local.gateway.HttpApiEvent;
import dev.thaw.examples.local.playground.Playground;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The HTTP front on the loopback interface: the API, the page and what the page needs. */
public final class Front implements AutoCloseable {
  private static final int MAX_BODY = 6 * 1024 * 1024; // that of an invocation
  private static final int HEARTBEAT_SECONDS = 10;
  private static final String ACTIONS = "/playground/actions/";
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");
  private static final Pattern FILE = Pattern.compile("/([a-z]+\\.(?:css|js|svg))?");

  private final Gateway gateway;
  private final Playground playground;
  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "front");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Opens a port, 0 for any.
   *
   * @throws BindException if it is taken
   */
  public Front(int port, Gateway gateway, Playground playground) throws IOException {
    this.gateway = gateway;
    this.playground = playground;
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Returns the port. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      String path = exchange.getRequestURI().getRawPath();
      Matcher file = FILE.matcher(path);
      if (file.matches() || path.startsWith("/playground/")) {
        if (!isLocal(exchange)) {
          error(exchange, 403, "Only the page of this front may do this");
        } else if (method.equals("GET") && file.matches()) {
          page(exchange, file.group(1) == null ? "index.html" : file.group(1));
        } else if (method.equals("GET") && path.equals("/playground/events")) {
          events(exchange);
        } else if (method.equals("POST") && path.startsWith(ACTIONS)) {
          action(exchange, path.substring(ACTIONS.length()));
        } else {
          error(exchange, 404, "Not Found");
        }
      } else {
        api(exchange, path);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A page elsewhere must neither press the buttons nor, by a name of its own, read the events. */
  private boolean isLocal(HttpExchange exchange) {
    Set<String> hosts = Set.of("127.0.0.1:" + port(), "localhost:" + port());
    String host = exchange.getRequestHeaders().getFirst("Host");
    List<String> origins = exchange.getRequestHeaders().getOrDefault("Origin", List.of());
    return host != null
        && hosts.contains(host)
        && origins.stream().allMatch(origin -> origin.equals("http://" + host));
  }

  private void api(HttpExchange exchange, String path) throws IOException, InterruptedException {
    byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
    if (body.length > MAX_BODY) {
      error(exchange, 413, "Request Too Long");
      return;
    }
    String query = exchange.getRequestURI().getRawQuery();
    APIGatewayV2HTTPResponse response =
        gateway.answer(
            HttpApiEvent.of(
                exchange.getRequestMethod(),
                path,
                query == null ? "" : query,
                exchange.getRequestHeaders(),
                body));
    response.getHeaders().forEach(exchange.getResponseHeaders()::set);
    send(exchange, response.getStatusCode(), response.getBody().getBytes(UTF_8));
  }

  private void action(HttpExchange exchange, String name) throws IOException {
    switch (playground.start(name)) {
      case YES -> json(exchange, 202, JsonObject.builder().value("name", name).done());
      case BUSY -> error(exchange, 409, "Another action runs");
      case UNKNOWN -> error(exchange, 404, "There is no such action");
    }
  }

  private void events(HttpExchange exchange) throws IOException, InterruptedException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(200, 0);
    BlockingQueue<String> events = playground.join();
    try (OutputStream output = exchange.getResponseBody()) {
      while (playground.has(events)) {
        String event = events.poll(HEARTBEAT_SECONDS, TimeUnit.SECONDS);
        // A comment finds out whether the client is still there.
        output.write((event == null ? ":\n\n" : event).getBytes(UTF_8));
        output.flush();
      }
    } finally {
      playground.leave(events);
    }
  }

  private static void page(HttpExchange exchange, String file) throws IOException {
    try (InputStream content = Front.class.getResourceAsStream("/playground/" + file)) {
      if (content == null) {
        error(exchange, 404, "Not Found");
        return;
      }
      String type = TYPES.get(file.substring(file.lastIndexOf('.') + 1));
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.getResponseHeaders().set("Content-Security-Policy", "default-src 'self'");
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      send(exchange, 200, content.readAllBytes());
    }
  }

  private static void error(HttpExchange exchange, int status, String message) throws IOException {
    json(exchange, status, JsonObject.builder().value("error", message).done());
  }

  private static void json(HttpExchange exchange, int status, JsonObject body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    send(exchange, status, JsonWriter.string(body).getBytes(UTF_8));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
