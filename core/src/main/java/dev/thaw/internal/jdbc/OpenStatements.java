package dev.thaw.internal.jdbc;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The statements of a borrowed connection that are not closed yet. Thread-safe. */
final class OpenStatements {
  private @Nullable StatementSupport<?>[] statements = new StatementSupport<?>[4];
  private int count;

  synchronized void add(StatementSupport<?> statement) {
    if (count == statements.length) {
      statements = Arrays.copyOf(statements, 2 * count);
    }
    statement.position = count;
    statements[count++] = statement;
  }

  /** Removes a statement, in its place the last one, so that no search is needed. */
  synchronized void remove(StatementSupport<?> statement) {
    int position = statement.position;
    if (position >= 0) {
      StatementSupport<?> last = statements[--count];
      statements[position] = last;
      last.position = position;
      statements[count] = null;
      statement.position = -1;
    }
  }

  /** Removes one of the statements and returns it, or null if all are closed. */
  synchronized @Nullable StatementSupport<?> take() {
    if (count == 0) {
      return null;
    }
    StatementSupport<?> last = statements[--count];
    statements[count] = null;
    last.position = -1;
    return last;
  }

  synchronized int count() {
    return count;
  }
}
