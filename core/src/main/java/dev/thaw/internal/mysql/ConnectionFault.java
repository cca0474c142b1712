package dev.thaw.internal.mysql;

import dev.thaw.FailureKind;
import org.jspecify.annotations.Nullable;

/** What went wrong on one connection that makes it unfit for reuse. Safe for several threads. */
final class ConnectionFault {
  private volatile @Nullable FailureKind kind;

  void record(FailureKind value) {
    if (kind == null) {
      kind = value;
    }
  }

  @Nullable FailureKind kind() {
    return kind;
  }
}
