package dev.thaw.internal.util;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An exception of unknown origin without its message, which may hold a secret: what class it was,
 * where it was thrown, and by what it was caused.
 *
 * <p>A logger prints the messages of all causes, so such an exception is in no chain itself.
 */
public final class HiddenFailure extends Exception {
  private static final long serialVersionUID = 1;

  private HiddenFailure(Throwable failure, @Nullable Throwable cause) {
    super(
        isOfJvm(failure)
            ? describe(failure)
            : describe(failure) + " (its message is not shown, it may hold a secret)",
        cause);
    setStackTrace(failure.getStackTrace());
  }

  /** Returns the class of an exception, with the message if that is the JVM's own. */
  public static String describe(Throwable failure) {
    return isOfJvm(failure) ? Line.of(failure.toString()) : failure.getClass().getName();
  }

  /** What the JVM says of a class that is missing or does not fit is needed to repair it. */
  private static boolean isOfJvm(Throwable failure) {
    return failure instanceof LinkageError
        && !(failure instanceof ExceptionInInitializerError)
        && failure.getMessage() != null;
  }

  /** Returns what may be shown of an exception and its causes. */
  public static HiddenFailure of(Throwable failure) {
    HiddenFailure hidden = null;
    List<Throwable> chain = Causes.chain(failure);
    for (int i = chain.size() - 1; i >= 0; i--) {
      hidden = new HiddenFailure(chain.get(i), hidden);
    }
    return hidden == null ? new HiddenFailure(failure, null) : hidden;
  }
}
