package dev.thaw.examples.local.playground;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import dev.thaw.examples.local.Backend;
import dev.thaw.examples.local.gateway.Gateway;
import dev.thaw.examples.local.gateway.HttpApiEvent;
import dev.thaw.testing.fault.FaultProxy;
import dev.thaw.testing.lambda.ExecutionEnvironment;
import dev.thaw.testing.lambda.Invocation;
import dev.thaw.testing.lambda.LambdaFunction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One of the two lanes: a function and its stream of requests, one after the other. What is done to
 * the lane is done between two requests. Thread-safe.
 */
final class Lane implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(300);
  private static final int WRITE_EVERY = 5;
  private static final int SERVER_ERRORS = 500;

  private final String name;
  private final Class<?> handler;
  private final Map<String, String> environment;
  private final FaultProxy proxy;
  private final LaneCounters counters;
  private final EventHub hub;
  private final Thread thread;

  /** Held during a request, and by the thread that does something to the lane. */
  private final ReentrantLock turn = new ReentrantLock(true);

  private final Condition stopped = turn.newCondition();
  private LambdaFunction function;
  private int requests;
  private boolean closed;

  Lane(String name, Class<?> handler, Backend backend, EventHub hub) {
    this.name = name;
    this.handler = handler;
    this.proxy = backend.proxy();
    this.environment = backend.environment(proxy);
    this.counters = new LaneCounters(name);
    this.hub = hub;
    this.function = newFunction(false);
    this.thread = new Thread(this::run, "lane-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private LambdaFunction newFunction(boolean snapStart) {
    return LambdaFunction.builder(handler)
        .name("lane-" + name)
        .timeout(Backend.TIMEOUT)
        .environment(environment)
        .snapStart(snapStart)
        .start();
  }

  /** Waits for the end of the request under way, and lets none begin until {@link #resume()}. */
  void pause() {
    turn.lock();
  }

  /** Ends what {@link #pause()} began, on the same thread. */
  void resume() {
    turn.unlock();
  }

  FaultProxy proxy() {
    return proxy;
  }

  LaneCounters counters() {
    return counters;
  }

  /** Returns the environments of the lane, which must be paused. */
  List<ExecutionEnvironment> environments() {
    return function.environments();
  }

  /** Ends the lane's environments, so that its next request is a cold start; it must be paused. */
  void replaceEnvironments() {
    replace(newFunction(false));
  }

  /** Lets the lane go on from a snapshot, which is taken now; it must be paused. */
  void replaceBySnapshot() throws InterruptedException {
    LambdaFunction next = newFunction(true);
    boolean taken = false;
    try {
      next.snapshot();
      taken = true;
    } finally {
      if (!taken) {
        next.close();
      }
    }
    replace(next);
  }

  private void replace(LambdaFunction next) {
    function.close();
    function = next;
  }

  private void run() {
    try {
      while (true) {
        turn.lockInterruptibly();
        try {
          if (closed || stopped.await(INTERVAL.toNanos(), TimeUnit.NANOSECONDS) || closed) {
            return;
          }
          request();
        } finally {
          turn.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void request() throws InterruptedException {
    String event = event(requests++ % WRITE_EVERY == WRITE_EVERY - 1);
    long at = System.currentTimeMillis();
    long start = System.nanoTime();
    counters.begin(at);
    Invocation invocation = function.invoke(event);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    APIGatewayV2HTTPResponse response = Gateway.response(invocation);
    RequestStatus status = RequestStatus.of(response.getStatusCode() < SERVER_ERRORS, millis);
    counters.add(status, invocation);
    hub.publishRequest(
        at,
        JsonObject.builder()
            .value("lane", name)
            .value("at", at)
            .value("millis", millis)
            .value("status", status.text())
            .value("code", response.getStatusCode())
            .value(
                "error",
                status == RequestStatus.FAILED ? FailureText.of(invocation, response) : null)
            .done());
  }

  private static String event(boolean write) {
    byte[] body = write ? newAsset().getBytes(StandardCharsets.UTF_8) : new byte[0];
    Map<String, List<String>> headers = Map.of("content-type", List.of("application/json"));
    return JsonWriter.string(HttpApiEvent.of(write ? "POST" : "GET", "/assets", "", headers, body));
  }

  private static String newAsset() {
    return JsonWriter.string(
        JsonObject.builder()
            .value("name", "Table saw")
            .value("serialNumber", UUID.randomUUID().toString())
            .value("category", "tools")
            .done());
  }

  @Override
  public void close() {
    thread.interrupt();
    turn.lock();
    try {
      closed = true;
      stopped.signalAll();
      function.close();
    } finally {
      turn.unlock();
    }
  }
}
