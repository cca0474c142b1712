package dev.thaw.examples.benchmarks.candidate;

import java.lang.reflect.InvocationTargetException;

/** Makes candidates by the names of their classes. */
public final class Candidates {
  private Candidates() {}

  /**
   * Returns a new candidate.
   *
   * @param className the name of a class of this package
   * @throws RuntimeException what its constructor throws, as HikariCP's does if there is no
   *     connection
   */
  public static Candidate create(String className) {
    try {
      return Class.forName(className).asSubclass(Candidate.class).getConstructor().newInstance();
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(className + " cannot be made", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(className + " cannot be made", e);
    }
  }
}
