package dev.thaw.internal.net;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Searches the chain of an exception's causes. */
public final class Causes {
  // A chain of causes is short; the limit only guards against a cycle.
  private static final int MAX_DEPTH = 16;

  private Causes() {}

  /** Returns whether the exception, or one that it was caused by, is of the type. */
  public static boolean include(Throwable failure, Class<? extends Throwable> type) {
    return find(failure, type) != null;
  }

  /** Returns the first of the exception and its causes that is of the type, or {@code null}. */
  public static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
    Throwable last = lastUntil(failure, type::isInstance);
    return type.isInstance(last) ? type.cast(last) : null;
  }

  /** Returns the exception that is behind all others: the exception itself if it has no cause. */
  public static Throwable root(Throwable failure) {
    return lastUntil(failure, cause -> false);
  }

  /** Returns the first in the chain that is wanted, or its end. */
  private static Throwable lastUntil(Throwable failure, Predicate<Throwable> wanted) {
    Throwable current = failure;
    for (int depth = 1; depth < MAX_DEPTH && !wanted.test(current); depth++) {
      Throwable cause = current.getCause();
      if (cause == null) {
        break;
      }
      current = cause;
    }
    return current;
  }
}
