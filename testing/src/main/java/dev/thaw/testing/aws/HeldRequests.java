package dev.thaw.testing.aws;

import dev.thaw.testing.internal.http.Hold;
import java.time.Duration;

/**
 * Requests to {@link FakeSecretsManager} that wait for their answer until they are released, so
 * that a test decides what happens meanwhile.
 *
 * <p>Thread-safe.
 */
public final class HeldRequests implements AutoCloseable {
  private final Hold hold;

  HeldRequests(Hold hold) {
    this.hold = hold;
  }

  /** Returns how many requests have been held so far. */
  public int count() {
    return hold.count();
  }

  /**
   * Waits until a number of requests is being held.
   *
   * @param requests the number, zero or more
   * @param timeout how long to wait at most
   * @throws InterruptedException if the calling thread is interrupted
   * @throws IllegalStateException if fewer requests have come in that time
   */
  public void await(int requests, Duration timeout) throws InterruptedException {
    hold.await(requests, timeout);
  }

  /** Answers the held requests and holds no more. Idempotent. */
  @Override
  public void close() {
    hold.release();
  }
}
