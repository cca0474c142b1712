package dev.thaw.testing.internal.lambda;

import dev.thaw.testing.internal.http.LoopbackHttpServer;
import dev.thaw.testing.internal.http.WireAnswer;
import dev.thaw.testing.internal.http.WireRequest;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The Runtime API of one execution environment, as the runtime sees it.
 *
 * <p>AWS documents its requests ("Using the Lambda runtime API for custom runtimes"); {@code
 * /runtime/restore/next} and {@code /runtime/restore/error} are what the Java runtime calls with
 * SnapStart. There, it also answers for the keys of the role.
 *
 * <p>Thread-safe.
 */
final class RuntimeApi implements AutoCloseable {
  private static final String ROOT = "/2018-06-01/runtime/";
  private static final String INVOCATIONS = ROOT + "invocation/";

  /** What the runtime does. */
  enum Phase {
    /** Starts, and initialises the handler. */
    INIT,
    /** Has run the hooks before the checkpoint, and waits for the restore. */
    CHECKPOINTED,
    /** Runs the hooks after the restore. */
    RESTORE,
    /** Waits for an event. */
    IDLE,
    /** Handles an event. */
    INVOKE,
    /** Has ended. */
    ENDED
  }

  /**
   * An event to handle.
   *
   * @param requestId its request id
   * @param json the event
   * @param timeout when the handler is out of time
   * @param functionArn what the caller invoked
   */
  record Event(String requestId, String json, Duration timeout, String functionArn) {}

  /**
   * What the runtime has answered to an event; one of both is null.
   *
   * @param response the response
   * @param failure the error
   * @param nanos when it came
   */
  record Answer(@Nullable String response, @Nullable RuntimeFailure failure, long nanos) {}

  private final LoopbackHttpServer server;
  private volatile @Nullable RoleCredentials credentials;
  private Phase phase = Phase.INIT;
  private @Nullable Event event;
  private @Nullable String running;
  private @Nullable Answer answer;
  private @Nullable RuntimeFailure failure;

  RuntimeApi(String name) {
    this.server = LoopbackHttpServer.start(name, 0, this::answer);
  }

  /** Returns what the variable {@code AWS_LAMBDA_RUNTIME_API} holds. */
  String address() {
    return server.endpoint().getAuthority();
  }

  /** Gives the keys of the role to a function with SnapStart, instead of variables. */
  void credentials(RoleCredentials value) {
    this.credentials = value;
  }

  private WireAnswer answer(WireRequest request) throws InterruptedException {
    String path = request.path();
    RoleCredentials role = credentials;
    if (role != null && RoleCredentials.isAskedFor(request)) {
      return role.answer(request);
    }
    if (request.method().equals("GET")) {
      return switch (path) {
        case INVOCATIONS + "next" -> nextInvocation();
        case ROOT + "restore/next" -> nextRestore();
        default -> unknown(path);
      };
    }
    return switch (path) {
      case ROOT + "init/error", ROOT + "restore/error" -> failed(request);
      default -> answered(path, request);
    };
  }

  private synchronized WireAnswer nextInvocation() throws InterruptedException {
    enter(Phase.IDLE);
    while (event == null) {
      wait();
    }
    Event next = event;
    event = null;
    running = next.requestId;
    return WireAnswer.text(200, "application/json", next.json, headers(next));
  }

  private static Map<String, String> headers(Event event) {
    long now = System.currentTimeMillis();
    return Map.of(
        "Lambda-Runtime-Aws-Request-Id",
        event.requestId,
        "Lambda-Runtime-Deadline-Ms",
        String.valueOf(now + event.timeout.toMillis()),
        "Lambda-Runtime-Invoked-Function-Arn",
        event.functionArn,
        "Lambda-Runtime-Trace-Id",
        "Root=1-%08x-%s;Parent=%s;Sampled=0".formatted(now / 1000, hex(24), hex(16)));
  }

  private static String hex(int length) {
    return UUID.randomUUID().toString().replace("-", "").substring(0, length);
  }

  private synchronized WireAnswer nextRestore() throws InterruptedException {
    enter(Phase.CHECKPOINTED);
    while (phase == Phase.CHECKPOINTED) {
      wait();
    }
    return WireAnswer.text(200, "application/json", "", Map.of());
  }

  private synchronized WireAnswer failed(WireRequest request) {
    failure = RuntimeFailure.parse(request.text());
    return accepted();
  }

  private synchronized WireAnswer answered(String path, WireRequest request) {
    if (path.equals(INVOCATIONS + running + "/response")) {
      answer = new Answer(request.text(), null, System.nanoTime());
    } else if (path.equals(INVOCATIONS + running + "/error")) {
      answer = new Answer(null, RuntimeFailure.parse(request.text()), System.nanoTime());
    } else {
      return unknown(path);
    }
    running = null;
    return accepted();
  }

  private static WireAnswer accepted() {
    return WireAnswer.text(202, "application/json", "{\"status\":\"OK\"}", Map.of());
  }

  private static WireAnswer unknown(String path) {
    return WireAnswer.text(404, "text/plain", "no such resource: " + path, Map.of());
  }

  private void enter(Phase next) {
    if (phase != Phase.ENDED) {
      phase = next;
      notifyAll();
    }
  }

  /** Answers the runtime's wait for the restore. */
  synchronized void restore() {
    enter(Phase.RESTORE);
  }

  /** Answers the runtime's wait for an event. */
  synchronized void deliver(Event next) {
    answer = null;
    event = next;
    enter(Phase.INVOKE);
  }

  /** Takes note that the runtime's process has ended. */
  synchronized void ended() {
    enter(Phase.ENDED);
  }

  synchronized Phase phase() {
    return phase;
  }

  /** Returns the answer to the last event, null if there is none. */
  synchronized @Nullable Answer answer() {
    return answer;
  }

  /** Returns what the runtime has reported from initialisation or restore, null if nothing. */
  synchronized @Nullable RuntimeFailure failure() {
    return failure;
  }

  /**
   * Waits until the runtime does what is asked for.
   *
   * @param wanted whether the wait is over
   * @param end when it is over anyway, as {@link System#nanoTime()}
   * @return what the runtime does
   */
  synchronized Phase await(Predicate<Phase> wanted, long end) throws InterruptedException {
    while (!wanted.test(phase)) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        break;
      }
      Duration wait = Duration.ofNanos(left);
      wait(wait.toMillis(), wait.toNanosPart() % 1_000_000);
    }
    return phase;
  }

  @Override
  public void close() {
    server.close();
  }
}
