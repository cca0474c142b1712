package dev.thaw.internal.util;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Walks the chain of an exception's causes. */
public final class Causes {
  // A chain of causes is short; the limit only guards against a cycle.
  private static final int MAX_DEPTH = 16;

  private Causes() {}

  /** Returns the exception and its causes, outermost first; empty for {@code null}. */
  public static List<Throwable> chain(@Nullable Throwable failure) {
    List<Throwable> chain = new ArrayList<>(4);
    for (Throwable current = failure;
        current != null && chain.size() < MAX_DEPTH;
        current = current.getCause()) {
      chain.add(current);
    }
    return chain;
  }

  /** Returns whether the exception, or one that it was caused by, is of the type. */
  public static boolean include(Throwable failure, Class<? extends Throwable> type) {
    return find(failure, type) != null;
  }

  /** Returns the first of the exception and its causes that is of the type, or {@code null}. */
  public static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
    for (Throwable cause : chain(failure)) {
      if (type.isInstance(cause)) {
        return type.cast(cause);
      }
    }
    return null;
  }

  /** Returns the exception that is behind all others: the exception itself if it has no cause. */
  public static Throwable root(Throwable failure) {
    List<Throwable> chain = chain(failure);
    return chain.get(chain.size() - 1);
  }
}
