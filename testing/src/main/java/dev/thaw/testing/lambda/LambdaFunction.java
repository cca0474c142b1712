package dev.thaw.testing.lambda;

import static java.util.Objects.requireNonNull;

import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.thaw.testing.internal.lambda.FunctionSettings;
import dev.thaw.testing.internal.lambda.Outcome;
import dev.thaw.testing.internal.lambda.RuntimeFailure;
import dev.thaw.testing.internal.lambda.Sandbox;
import dev.thaw.testing.internal.lambda.TemporaryFolder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A Lambda function on this machine: its handler runs under AWS's own Java runtime, in child JVMs
 * that stand for the execution environments.
 *
 * <pre>{@code
 * try (LambdaFunction function =
 *     LambdaFunction.builder("com.example.ListAssets::handleRequest")
 *         .timeout(Duration.ofSeconds(10))
 *         .environment("DB_HOST", "127.0.0.1")
 *         .start()) {
 *   Invocation invocation = function.invoke("{\"limit\": 10}");
 *   System.out.println(invocation.response());
 * }
 * }</pre>
 *
 * <p>As in Lambda, an invocation gets an environment that is free, or else a new one, whose
 * initialisation is not part of its timeout. An environment stands still between two invocations.
 * After a timeout or the end of its JVM the next invocation gets a new one. With {@link
 * LambdaFunctionBuilder#snapStart SnapStart} a new environment is a snapshot that is restored, with
 * the hooks of {@code org.crac}.
 *
 * <p>What is not as in Lambda: nothing limits CPU, file system or network; the heap is 85 percent
 * of the memory size, but memory is not limited otherwise; extensions and layers do not exist; a
 * process cannot be copied, so each environment is initialised by itself, with SnapStart, too.
 *
 * <p>It takes {@code com.amazonaws:aws-lambda-java-runtime-interface-client} on the class path.
 * Since that has native code, it runs on Linux only, on x86-64 and ARM64, with glibc or musl.
 *
 * <p>No environment outlives this JVM. Thread-safe.
 */
public final class LambdaFunction implements AutoCloseable {
  private static final AtomicInteger ENVIRONMENTS = new AtomicInteger();

  private final FunctionSettings settings;
  private final int reservedConcurrency;
  private final TemporaryFolder folder = TemporaryFolder.create("thaw-lambda-");
  private final List<ExecutionEnvironment> environments = new ArrayList<>();
  private final ExecutorService threads;
  private boolean closed;

  LambdaFunction(FunctionSettings settings, int reservedConcurrency) {
    this.settings = settings;
    this.reservedConcurrency = reservedConcurrency;
    AtomicInteger count = new AtomicInteger();
    this.threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread =
                  new Thread(
                      task, "thaw-lambda-" + settings.name() + "-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Returns a builder of a function.
   *
   * @param handler the handler as Lambda's configuration has it, such as {@code
   *     com.example.ListAssets::handleRequest}, or a class alone that implements one of the handler
   *     interfaces
   * @return a new builder
   * @throws IllegalArgumentException if the handler does not have that form
   */
  public static LambdaFunctionBuilder builder(String handler) {
    return new LambdaFunctionBuilder(handler, null);
  }

  /**
   * Returns a builder of a function.
   *
   * @param handler the class of the handler, with a method {@code handleRequest}
   * @return a new builder
   */
  public static LambdaFunctionBuilder builder(Class<?> handler) {
    return new LambdaFunctionBuilder(handler.getName() + "::handleRequest", handler);
  }

  /**
   * Invokes the function and waits for the answer.
   *
   * @param event the event, JSON text
   * @return how the invocation ended; an error of the handler, of its initialisation or of a hook
   *     and a timeout are results, too
   * @throws IllegalArgumentException if the event is not JSON
   * @throws RejectedExecutionException if the reserved concurrency is used up
   * @throws IllegalStateException if the function is closed
   * @throws InterruptedException if the calling thread is interrupted; the environment is killed
   */
  public Invocation invoke(String event) throws InterruptedException {
    requireJson(event);
    return invoke(event, acquire());
  }

  /**
   * Invokes the function on another thread. Several at once get an environment each.
   *
   * @param event the event, JSON text
   * @return completes as {@link #invoke} returns
   * @throws IllegalArgumentException if the event is not JSON
   * @throws RejectedExecutionException if the reserved concurrency is used up
   * @throws IllegalStateException if the function is closed
   */
  public CompletableFuture<Invocation> invokeAsync(String event) {
    requireJson(event);
    Lease lease = acquire();
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return invoke(event, lease);
          } catch (InterruptedException e) {
            throw new CompletionException(e); // the function is being closed
          }
        },
        threads);
  }

  private static void requireJson(String event) {
    try {
      Object unused = JsonParser.any().from(requireNonNull(event, "event"));
    } catch (JsonParserException e) {
      throw new IllegalArgumentException(
          "event is not JSON, at line "
              + e.getLinePosition()
              + ", character "
              + e.getCharPosition());
    }
  }

  /**
   * An environment that is taken.
   *
   * @param environment the environment
   * @param isNew whether it has not been initialised
   */
  private record Lease(ExecutionEnvironment environment, boolean isNew) {}

  private Lease acquire() {
    synchronized (environments) {
      requireOpen();
      environments.removeIf(environment -> !environment.isAlive());
      for (boolean snapshots : new boolean[] {false, true}) {
        for (ExecutionEnvironment environment : environments) {
          if (environment.isSnapshot() == snapshots && environment.lease()) {
            return new Lease(environment, false);
          }
        }
      }
      return new Lease(startEnvironment(), true);
    }
  }

  private ExecutionEnvironment startEnvironment() {
    synchronized (environments) {
      requireOpen();
      environments.removeIf(environment -> !environment.isAlive());
      if (environments.size() >= reservedConcurrency) {
        throw new RejectedExecutionException(
            "Rate Exceeded: function "
                + settings.name()
                + " has a reserved concurrency of "
                + reservedConcurrency
                + ", and no environment is free: "
                + environments);
      }
      String id = "environment-" + ENVIRONMENTS.incrementAndGet();
      ExecutionEnvironment environment =
          new ExecutionEnvironment(Sandbox.start(settings, id, folder.path()));
      environments.add(environment);
      return environment;
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("function " + settings.name() + " is closed");
    }
  }

  private Invocation invoke(String event, Lease lease) throws InterruptedException {
    ExecutionEnvironment environment = lease.environment;
    Sandbox sandbox = environment.sandbox();
    boolean finished = false;
    try {
      RuntimeFailure failure = lease.isNew ? sandbox.init() : null;
      boolean restores = failure == null && sandbox.isCheckpointed();
      if (restores) {
        failure = sandbox.restore();
      }
      Outcome outcome = failure == null ? sandbox.invoke(event) : notStarted(sandbox, failure);
      finished = true;
      return new Invocation(
          outcome,
          environment.id(),
          lease.isNew || restores,
          lease.isNew ? sandbox.initDuration() : null,
          restores ? sandbox.restoreDuration() : null);
    } finally {
      if (!finished || !environment.isAlive()) {
        remove(environment);
      }
      environment.release();
    }
  }

  private static Outcome notStarted(Sandbox sandbox, RuntimeFailure failure) {
    return new Outcome(
        UUID.randomUUID().toString(), null, failure, Duration.ZERO, sandbox.takeLog());
  }

  private void remove(ExecutionEnvironment environment) {
    environment.close();
    synchronized (environments) {
      environments.remove(environment);
    }
  }

  /**
   * Starts a further environment, as provisioned concurrency does, and returns after its
   * initialisation. With SnapStart it is restored, too.
   *
   * @return the environment, which the next invocation gets
   * @throws IllegalStateException if the initialisation fails or takes too long, with its error and
   *     what was written; or if the function is closed
   * @throws RejectedExecutionException if the reserved concurrency is used up
   * @throws InterruptedException if the calling thread is interrupted
   */
  public ExecutionEnvironment initialize() throws InterruptedException {
    ExecutionEnvironment environment = newEnvironment();
    return environment.isSnapshot() ? environment.restore() : environment;
  }

  /**
   * Starts a further environment and returns after its snapshot, that is, when its initialisation
   * and the hooks before the checkpoint have ended. It is frozen then, until {@link
   * ExecutionEnvironment#restore()}, or an invocation that finds no other.
   *
   * @return the environment
   * @throws IllegalStateException if initialisation or a hook fails or takes too long, with the
   *     error and what was written; or if the function has no SnapStart or is closed
   * @throws RejectedExecutionException if the reserved concurrency is used up
   * @throws InterruptedException if the calling thread is interrupted
   */
  public ExecutionEnvironment snapshot() throws InterruptedException {
    if (!settings.snapStart()) {
      throw new IllegalStateException(
          "function " + settings.name() + " has no SnapStart: build it with snapStart(true)");
    }
    return newEnvironment();
  }

  private ExecutionEnvironment newEnvironment() throws InterruptedException {
    ExecutionEnvironment environment = startEnvironment();
    boolean finished = false;
    try {
      RuntimeFailure failure = environment.sandbox().init();
      if (failure != null) {
        throw environment.failed("be initialised", failure);
      }
      finished = true;
      return environment;
    } finally {
      if (!finished) {
        remove(environment);
      }
      environment.release();
    }
  }

  /** Returns the environments that have not ended, snapshots included, the oldest first. */
  public List<ExecutionEnvironment> environments() {
    synchronized (environments) {
      environments.removeIf(environment -> !environment.isAlive());
      return List.copyOf(environments);
    }
  }

  /** Returns the function's name. */
  public String name() {
    return settings.name();
  }

  /**
   * Ends every environment as {@link ExecutionEnvironment#close()} does, all at once, and with them
   * the invocations in progress. Idempotent.
   */
  @Override
  public void close() {
    List<ExecutionEnvironment> open;
    synchronized (environments) {
      closed = true;
      open = List.copyOf(environments);
      environments.clear();
    }
    open.parallelStream().forEach(ExecutionEnvironment::close);
    threads.shutdown();
    folder.close();
  }

  @Override
  public String toString() {
    return "LambdaFunction[" + settings.name() + ", " + environments() + "]";
  }
}
