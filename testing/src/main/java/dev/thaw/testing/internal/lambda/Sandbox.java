package dev.thaw.testing.internal.lambda;

import static java.util.Objects.requireNonNullElseGet;

import dev.thaw.testing.internal.lambda.RuntimeApi.Answer;
import dev.thaw.testing.internal.lambda.RuntimeApi.Event;
import dev.thaw.testing.internal.lambda.RuntimeApi.Phase;
import dev.thaw.testing.internal.process.ChildJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An execution environment: a child JVM with Lambda's Java runtime, and the Runtime API that it
 * talks to.
 *
 * <p>One thread at a time initialises, restores or invokes; all else may be called by any thread.
 */
public final class Sandbox implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);

  /** What Lambda gives runtime and extensions to end after SIGTERM. */
  private static final Duration SHUTDOWN = Duration.ofSeconds(2);

  private final FunctionSettings settings;
  private final String id;
  private final RuntimeApi api;
  private final OutputFile output;
  private final ChildJvm child;
  private final long started = System.nanoTime();
  private final Object signals = new Object();
  private boolean stopped;
  private boolean held;

  private volatile @Nullable Duration initDuration;
  private volatile @Nullable Duration restoreDuration;

  private Sandbox(FunctionSettings settings, String id, Path folder) {
    this.settings = settings;
    this.id = id;
    this.api = new RuntimeApi("thaw-" + id);
    this.output = new OutputFile(folder.resolve(id + ".log"));
    try {
      this.child = RuntimeProgram.start(settings, id, api, folder, output.file());
    } catch (RuntimeException e) {
      api.close();
      throw e;
    }
    child.onEnd(api::ended);
  }

  /**
   * Starts an environment; {@link #init} waits for it.
   *
   * @param settings the function
   * @param id what to call the environment
   * @param folder where its files go
   */
  public static Sandbox start(FunctionSettings settings, String id, Path folder) {
    return new Sandbox(settings, id, folder);
  }

  /**
   * Waits until the runtime asks for an event, or with SnapStart for the restore.
   *
   * @return why it does not; null if it does
   */
  public @Nullable RuntimeFailure init() throws InterruptedException {
    long end = started + settings.initTimeout().toNanos();
    Phase phase = api.await(now -> now != Phase.INIT, end);
    if (phase == Phase.INIT || phase == Phase.ENDED) {
      return failed("initialisation", phase);
    }
    Duration duration = Duration.ofNanos(System.nanoTime() - started);
    initDuration = duration;
    LOG.info("{} of function {} initialised in {} ms", id, settings, duration.toMillis());
    rest();
    return null;
  }

  /**
   * Lets the runtime go on after its snapshot, and waits until it asks for an event.
   *
   * @return why it does not; null if it does
   */
  public @Nullable RuntimeFailure restore() throws InterruptedException {
    long start = System.nanoTime();
    resume();
    api.restore();
    Phase phase = api.await(now -> now != Phase.RESTORE, start + settings.initTimeout().toNanos());
    if (phase == Phase.RESTORE || phase == Phase.ENDED) {
      return failed("restore", phase);
    }
    Duration duration = Duration.ofNanos(System.nanoTime() - start);
    restoreDuration = duration;
    LOG.info("{} of function {} restored in {} ms", id, settings, duration.toMillis());
    rest();
    return null;
  }

  private RuntimeFailure failed(String what, Phase phase) {
    if (phase != Phase.ENDED) {
      kill();
      return RuntimeFailure.of(
          "Sandbox.Timedout",
          "Error: " + what + " timed out after " + seconds(settings.initTimeout()));
    }
    return requireNonNullElseGet(
        api.failure(), () -> RuntimeFailure.of("Runtime.ExitError", "Error: " + exitReason()));
  }

  /**
   * Lets the runtime handle an event, and waits until it asks for the next one or has ended.
   *
   * @param json the event
   */
  public Outcome invoke(String json) throws InterruptedException {
    String requestId = UUID.randomUUID().toString();
    boolean finished = false;
    try {
      resume();
      long start = System.nanoTime();
      api.deliver(new Event(requestId, json, settings.timeout(), settings.functionArn()));
      Phase phase = api.await(now -> now != Phase.INVOKE, start + settings.timeout().toNanos());
      if (phase == Phase.INVOKE) {
        kill();
      } else if (phase == Phase.IDLE) {
        rest();
      }
      finished = true;
      return outcome(requestId, phase, start);
    } finally {
      if (!finished) {
        kill(); // interrupted: no caller waits for its answer
      }
    }
  }

  private Outcome outcome(String requestId, Phase phase, long start) {
    Answer answer = api.answer();
    if (answer != null) {
      Duration duration = Duration.ofNanos(answer.nanos() - start);
      return new Outcome(requestId, answer.response(), answer.failure(), duration, output.take());
    }
    RuntimeFailure failure =
        phase == Phase.INVOKE
            ? RuntimeFailure.of(
                "Sandbox.Timedout",
                error(requestId, "Task timed out after " + seconds(settings.timeout())))
            : RuntimeFailure.of("Runtime.ExitError", error(requestId, exitReason()));
    Duration duration = Duration.ofNanos(System.nanoTime() - start);
    return new Outcome(requestId, null, failure, duration, output.take());
  }

  private static String error(String requestId, String message) {
    return "RequestId: " + requestId + " Error: " + message;
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.2f seconds", time.toMillis() / 1000.0);
  }

  private String exitReason() {
    try {
      OptionalInt status = child.awaitEnd(SHUTDOWN);
      return status.isPresent() && status.getAsInt() != 0
          ? "Runtime exited with error: exit status " + status.getAsInt()
          : "Runtime exited without providing a reason";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "Runtime exited without providing a reason";
    }
  }

  /** Freezes the environment until {@link #thaw()}, whatever it does. */
  public void freeze() {
    synchronized (signals) {
      held = true;
      stop();
    }
  }

  /** Ends {@link #freeze()}; between invocations the environment goes on resting. */
  public void thaw() {
    synchronized (signals) {
      held = false;
      if (!(settings.freezes() && isResting())) {
        cont();
      }
    }
  }

  /** Stands still between two invocations, if the function does that. */
  private void rest() {
    synchronized (signals) {
      if (settings.freezes() && isAlive()) {
        try {
          stop();
        } catch (IllegalStateException e) {
          // A handler may end its JVM on a thread of its own, also now.
          if (isAlive()) {
            throw e;
          }
        }
      }
    }
  }

  private void resume() {
    synchronized (signals) {
      if (!held && isAlive()) {
        cont();
      }
    }
  }

  private void stop() {
    if (!stopped) {
      child.stop();
      stopped = true;
    }
  }

  private void cont() {
    if (stopped) {
      child.cont();
      stopped = false;
    }
  }

  private boolean isResting() {
    Phase phase = api.phase();
    return phase == Phase.IDLE || phase == Phase.CHECKPOINTED;
  }

  /** Returns whether {@link #freeze()} holds it. */
  public boolean isHeld() {
    synchronized (signals) {
      return held;
    }
  }

  /** Returns whether it stands still, for whatever reason. */
  public boolean isFrozen() {
    synchronized (signals) {
      return stopped && isAlive();
    }
  }

  /** Returns whether it waits for the restore. */
  public boolean isCheckpointed() {
    return isAlive() && api.phase() == Phase.CHECKPOINTED;
  }

  /** Returns whether the child runs or stands. */
  public boolean isAlive() {
    return child.isAlive() && api.phase() != Phase.ENDED;
  }

  /** Returns what it is called. */
  public String id() {
    return id;
  }

  /** Returns the child's process id. */
  public long pid() {
    return child.pid();
  }

  /** Returns how long the initialisation took, null before its end. */
  public @Nullable Duration initDuration() {
    return initDuration;
  }

  /** Returns how long the restore took, null before its end. */
  public @Nullable Duration restoreDuration() {
    return restoreDuration;
  }

  /** Returns what it has written since it was asked the last time. */
  public String takeLog() {
    return output.take();
  }

  private void kill() {
    child.close();
    api.ended();
    api.close();
  }

  /** Lets it end with its shutdown hooks, and kills it if it does not. Idempotent. */
  @Override
  public void close() {
    try {
      if (child.isAlive()) {
        child.terminate();
        synchronized (signals) {
          held = false;
          cont();
        }
        var unused = child.awaitEnd(SHUTDOWN);
      }
    } catch (IllegalStateException e) {
      LOG.debug("{} has ended by itself", id, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      kill();
    }
  }

  @Override
  public String toString() {
    return id + "[pid " + child.pid() + ", " + (isFrozen() ? "frozen" : api.phase()) + "]";
  }
}
