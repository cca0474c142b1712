package dev.thaw;

import org.jspecify.annotations.Nullable;

/** The deadlines in force for a thread, as a stack of its scopes. */
final class DeadlineScope implements Deadline.Scope {
  private static final ThreadLocal<DeadlineScope> TOP = new ThreadLocal<>();

  private final @Nullable DeadlineScope outer;
  private final Deadline deadline;
  private volatile boolean closed;

  private DeadlineScope(@Nullable DeadlineScope outer, Deadline deadline) {
    this.outer = outer;
    this.deadline = deadline;
  }

  static DeadlineScope enter(Deadline deadline) {
    DeadlineScope outer = top();
    DeadlineScope scope =
        new DeadlineScope(outer, outer == null ? deadline : deadline.minimum(outer.deadline));
    TOP.set(scope);
    return scope;
  }

  static @Nullable Deadline current() {
    DeadlineScope top = top();
    return top == null ? null : top.deadline;
  }

  /** Returns the innermost scope that is open, and forgets those that are closed. */
  private static @Nullable DeadlineScope top() {
    DeadlineScope first = TOP.get();
    DeadlineScope scope = first;
    while (scope != null && scope.closed) {
      scope = scope.outer;
    }
    if (scope != first) {
      if (scope == null) {
        // A thread that outlives the application keeps no class of it.
        TOP.remove();
      } else {
        TOP.set(scope);
      }
    }
    return scope;
  }

  @Override
  public void close() {
    closed = true;
    top();
  }
}
