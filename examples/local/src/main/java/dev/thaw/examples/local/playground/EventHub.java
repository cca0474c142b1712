package dev.thaw.examples.local.playground;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;

/**
 * Passes events on to all clients, and keeps the requests of the last minute for those that come.
 * Thread-safe.
 */
final class EventHub {
  private static final Duration KEPT = Duration.ofSeconds(60);
  private static final int CLIENT_LIMIT = 10_000;

  private final Deque<Kept> requests = new ArrayDeque<>();
  private final Set<BlockingQueue<String>> clients = new HashSet<>();

  private record Kept(long at, String text) {}

  /** Returns an event in the format of Server-Sent Events. */
  static String text(String event, JsonObject data) {
    return "event: " + event + "\ndata: " + JsonWriter.string(data) + "\n\n";
  }

  /** Sends an event to all clients. */
  synchronized void publish(String event, JsonObject data) {
    send(text(event, data));
  }

  /** Sends a request's event to all clients, and keeps it. */
  synchronized void publishRequest(long at, JsonObject data) {
    String text = text("request", data);
    requests.add(new Kept(at, text));
    while (requests.element().at < at - KEPT.toMillis()) {
      requests.remove();
    }
    send(text);
  }

  private void send(String text) {
    // A client that does not read is given up.
    clients.removeIf(client -> !client.offer(text));
  }

  /**
   * Adds a client.
   *
   * @param hello what it gets first
   * @return what it gets, beginning with the requests of the last minute
   */
  synchronized BlockingQueue<String> join(Supplier<JsonObject> hello) {
    BlockingQueue<String> client = new LinkedBlockingQueue<>(CLIENT_LIMIT);
    client.add(text("hello", hello.get()));
    requests.forEach(kept -> client.add(kept.text));
    clients.add(client);
    return client;
  }

  /** Removes a client. */
  synchronized void leave(BlockingQueue<String> client) {
    clients.remove(client);
  }

  /** Returns whether the client still gets events. */
  synchronized boolean has(BlockingQueue<String> client) {
    return clients.contains(client);
  }
}
