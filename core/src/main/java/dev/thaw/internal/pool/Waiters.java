package dev.thaw.internal.pool;

import dev.thaw.Deadline;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The callers that wait because there was nothing to take. They are served in their order: only the
 * first of them looks, at once and again each time that it is woken.
 *
 * <p>A caller that has just come may pass them until the first has looked in vain; what comes free
 * then is for the first. So each waits for those before it, and until its own thread runs.
 *
 * <p>Thread-safe. A caller that gives up leaves nothing behind: the next one looks.
 */
public final class Waiters {
  /** A look for what callers wait for. */
  @FunctionalInterface
  public interface Look<T> {
    /** Takes it, or returns {@code null} if there is none. */
    @Nullable T take() throws SQLException;
  }

  /** Held by the first of those that wait. It is fair, so that they get it in their order. */
  private final ReentrantLock turn = new ReentrantLock(true);

  /** The first, until it is woken. */
  private final AtomicReference<@Nullable Thread> first = new AtomicReference<>();

  /** Whether the first has looked and found nothing. */
  private volatile boolean inVain;

  /** Creates an empty queue. */
  public Waiters() {}

  /** Returns whether a caller that has just come may take what it finds. */
  public boolean mayPass() {
    return !inVain;
  }

  /**
   * Waits until there is something to take.
   *
   * @return {@code null} if the deadline passed; nothing was taken then
   */
  public <T> @Nullable T await(Deadline deadline, Look<T> look)
      throws SQLException, InterruptedException {
    if (!turn.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
      return null;
    }
    try {
      return take(deadline, look);
    } finally {
      inVain = false;
      first.set(null);
      turn.unlock();
    }
  }

  private <T> @Nullable T take(Deadline deadline, Look<T> look)
      throws SQLException, InterruptedException {
    while (!deadline.hasPassed()) {
      // Before the look: what comes free after it finds a thread to wake.
      first.set(Thread.currentThread());
      T taken = look.take();
      if (taken != null) {
        return taken;
      }
      inVain = true;
      LockSupport.parkNanos(this, deadline.remaining().toNanos());
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
    return null;
  }

  /** Lets the first look again. To be called after anything has come free. */
  public void wake() {
    Thread thread = first.get();
    if (thread != null && first.compareAndSet(thread, null)) {
      LockSupport.unpark(thread);
    }
  }

  /** Returns how many callers wait. */
  public int waiting() {
    return turn.getQueueLength() + (turn.isLocked() ? 1 : 0);
  }
}
