package dev.thaw.secrets;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.thaw.Deadline;
import dev.thaw.secrets.RoleKeys.Keys;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Keys from AWS's SDK: from a given provider of credentials, or from its default chain.
 *
 * <p>The SDK knows no deadline, so it is asked on a thread of its own. A caller whose deadline
 * passes leaves that thread behind, for the next caller to wait for: what does not answer costs one
 * thread and not one for each call. Thread-safe.
 */
final class SdkKeySource implements KeySource {
  private final String description;
  private final @Nullable AwsCredentialsProvider given;
  private @Nullable FutureTask<Keys> running;
  private @Nullable DefaultCredentialsProvider chain;

  /**
   * Makes one; the SDK is not loaded yet.
   *
   * @param description says in messages what the keys are for
   * @param given the provider to ask, which is not closed; {@code null} for the default chain
   */
  SdkKeySource(String description, @Nullable AwsCredentialsProvider given) {
    this.description = description;
    this.given = given;
  }

  @Override
  public Keys keys(Deadline deadline) throws SQLException {
    SourceFailures.requireTime(description, deadline);
    FutureTask<Keys> task = task();
    try {
      return task.get(deadline.remaining().toNanos(), NANOSECONDS);
    } catch (TimeoutException e) {
      throw SourceFailures.timeout(
          description + ": AWS's SDK had no credentials before the deadline", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SourceFailures.passing(description + ": interrupted", e);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  private synchronized FutureTask<Keys> task() {
    FutureTask<Keys> task = running;
    // One that is done has let its waiters go before it could be forgotten.
    if (task == null || task.isDone()) {
      task =
          new FutureTask<>(this::resolve) {
            @Override
            protected void done() {
              forgetTask(this);
            }
          };
      running = task;
      Thread thread = new Thread(task, "thaw-aws-credentials");
      thread.setDaemon(true);
      thread.start();
    }
    return task;
  }

  private synchronized void forgetTask(FutureTask<Keys> task) {
    if (running == task) {
      running = null;
    }
  }

  private Keys resolve() {
    AwsCredentials credentials = provider().resolveCredentials();
    return new Keys(
        credentials.accessKeyId(),
        credentials.secretAccessKey(),
        credentials instanceof AwsSessionCredentials session ? session.sessionToken() : null,
        credentials.expirationTime().orElse(null));
  }

  private AwsCredentialsProvider provider() {
    if (given != null) {
      return given;
    }
    synchronized (this) {
      if (chain == null) {
        chain = DefaultCredentialsProvider.builder().build();
      }
      return chain;
    }
  }

  private SQLException failure(@Nullable Throwable cause) {
    if (cause instanceof LinkageError unlinked) {
      return SdkCall.unlinked(description, unlinked);
    }
    if (cause instanceof SdkException) {
      String message = String.valueOf(cause.getMessage()).replaceAll("\\p{Cntrl}+", " ");
      return SourceFailures.none(
          description
              + ": AWS's SDK finds no credentials to sign with: "
              + message.substring(0, Math.min(message.length(), 500)),
          cause);
    }
    // Its message is not repeated: it may quote anything.
    return SourceFailures.lasting(
        description
            + ": the provider of AWS credentials has failed: "
            + (cause == null ? "unknown" : cause.getClass().getName()),
        cause);
  }

  @Override
  public void forget() {
    DefaultCredentialsProvider former;
    synchronized (this) {
      running = null;
      former = chain;
      chain = null;
    }
    if (former != null) {
      former.close();
    }
  }
}
