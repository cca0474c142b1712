package dev.thaw.examples.local.playground;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import dev.thaw.examples.local.Backend;
import dev.thaw.examples.local.lanes.PlainLane;
import dev.thaw.examples.local.lanes.ThawLane;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Both lanes and what can be done to them. Thread-safe. */
public final class Playground implements AutoCloseable {
  /** How an action could be started. */
  public enum Started {
    /** It runs. */
    YES,
    /** Another one runs. */
    BUSY,
    /** There is none of that name. */
    UNKNOWN
  }

  private final EventHub hub = new EventHub();
  private final List<Lane> lanes;
  private final Faults faults;
  private final Map<String, Action> actions = new LinkedHashMap<>();
  private final ExecutorService worker = Executors.newSingleThreadExecutor(Playground::daemon);
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(Playground::daemon);
  private String running;

  /**
   * Starts both lanes.
   *
   * @param backend what they work on
   * @param freeze how long the action {@code freeze} lasts
   * @param window how long the action {@code long-rotation} lasts
   */
  public Playground(Backend backend, Duration freeze, Duration window) {
    this.lanes =
        List.of(
            new Lane("thaw", ThawLane.class, backend, hub),
            new Lane("plain", PlainLane.class, backend, hub));
    this.faults = new Faults(backend, lanes, freeze, window);
    faults.actions().forEach(action -> actions.put(action.name(), action));
    var unused = ticker.scheduleAtFixedRate(this::count, 1, 1, TimeUnit.SECONDS);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "playground");
    thread.setDaemon(true);
    return thread;
  }

  private void count() {
    long now = System.currentTimeMillis();
    lanes.forEach(lane -> hub.publish("counters", lane.counters().json(now)));
  }

  /** Returns the events for a new client, each in the format of Server-Sent Events. */
  public BlockingQueue<String> join() {
    return hub.join(this::hello);
  }

  /** Ends the events for a client. */
  public void leave(BlockingQueue<String> client) {
    hub.leave(client);
  }

  /** Returns whether the client still gets events; one that did not read gets none. */
  public boolean has(BlockingQueue<String> client) {
    return hub.has(client);
  }

  private JsonObject hello() {
    JsonArray list = new JsonArray();
    actions.values().forEach(action -> list.add(action.json()));
    return JsonObject.builder().value("actions", list).value("running", running()).done();
  }

  private synchronized String running() {
    return running;
  }

  /** Starts an action, unless one runs. */
  public synchronized Started start(String name) {
    Action action = actions.get(name);
    if (action == null) {
      return Started.UNKNOWN;
    }
    if (running != null) {
      return Started.BUSY;
    }
    running = name;
    worker.execute(() -> run(action));
    return Started.YES;
  }

  private void run(Action action) {
    publish(action, "started", action.description());
    String state = "failed";
    String message = "";
    try {
      message = action.body().call();
      state = "finished";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      message = "The front is being stopped.";
    } catch (Exception e) {
      message = action.label() + " failed: " + e;
    } finally {
      synchronized (this) {
        running = null;
      }
      publish(action, state, message);
    }
  }

  private void publish(Action action, String state, String message) {
    hub.publish(
        "action",
        JsonObject.builder()
            .value("name", action.name())
            .value("state", state)
            .value("at", System.currentTimeMillis())
            .value("message", message)
            .done());
  }

  @Override
  public void close() {
    faults.stop();
    ticker.shutdownNow();
    worker.shutdownNow();
    lanes.forEach(Lane::close);
  }
}
