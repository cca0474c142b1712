package dev.thaw.internal.net;

import org.jspecify.annotations.Nullable;

/** What is behind an exception. */
public final class Causes {
  // A chain of causes is short; the bound only guards against a cycle.
  private static final int MAX_DEPTH = 16;

  private Causes() {}

  /** Tells whether the exception, or one that it was caused by, is of the type. */
  public static boolean include(Throwable failure, Class<? extends Throwable> type) {
    return find(failure, type) != null;
  }

  /** Returns the first of the exception and its causes that is of the type, or {@code null}. */
  public static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
    @Nullable Throwable current = failure;
    for (int depth = 0; current != null && depth < MAX_DEPTH; depth++) {
      if (type.isInstance(current)) {
        return type.cast(current);
      }
      current = current.getCause();
    }
    return null;
  }
}
