import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/**
 * Lambda's Runtime API for one invocation: writes its port to the file of the first argument, hands out
 * the event of the second, prints what the runtime answers, and ends.
 */
final class OneInvocation {
  private static final String BASE = "/2018-06-01/runtime/";
  private static final CountDownLatch ANSWERED = new CountDownLatch(1);

  private OneInvocation() {}

  public static void main(String[] args) throws Exception {
    byte[] event = args[1].getBytes(StandardCharsets.UTF_8);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    CountDownLatch first = new CountDownLatch(1);
    server.createContext(
        BASE + "invocation/next",
        exchange -> {
          if (first.getCount() == 0) {
            return; // without an answer the runtime waits, as for the next invocation
          }
          first.countDown();
          // Without a content type the runtime's native code crashes.
          long deadline = System.currentTimeMillis() + 60_000;
          Map.of(
                  "Content-Type", "application/json",
                  "Lambda-Runtime-Aws-Request-Id", "1",
                  "Lambda-Runtime-Deadline-Ms", String.valueOf(deadline),
                  "Lambda-Runtime-Invoked-Function-Arn",
                      "arn:aws:lambda:eu-central-1:123456789012:function:list-assets")
              .forEach(exchange.getResponseHeaders()::set);
          answer(exchange, 200, event);
        });
    server.createContext(BASE, OneInvocation::print); // a response, or an error
    server.start();
    Files.writeString(Path.of(args[0]), server.getAddress().getPort() + "\n");
    ANSWERED.await();
    System.exit(0);
  }

  private static void print(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    System.out.println(exchange.getRequestURI().getPath() + " " + body);
    answer(exchange, 202, new byte[0]);
    ANSWERED.countDown();
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
