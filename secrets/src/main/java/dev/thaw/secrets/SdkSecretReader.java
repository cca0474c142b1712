package dev.thaw.secrets;

import dev.thaw.Deadline;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a secret through AWS's SDK, if that is on the class path; see {@link SdkCall}.
 *
 * <p>The reader that links the SDK is made at the first read, and anew after {@link #forget()}: its
 * client keeps the role's credentials. Thread-safe.
 */
final class SdkSecretReader implements SecretReader {
  private final String description;
  private final Supplier<SecretReader> linked;
  private @Nullable Use current;
  private boolean closed;

  /**
   * Makes a reader.
   *
   * @param description names the secret in the messages of errors
   * @param linked makes the reader that links the SDK
   */
  SdkSecretReader(String description, Supplier<SecretReader> linked) {
    this.description = description;
    this.linked = linked;
  }

  /** A reader and how many calls it is in, which it is not closed during. */
  private static final class Use {
    private final SecretReader reader;
    private int calls;

    Use(SecretReader reader) {
      this.reader = reader;
    }
  }

  @Override
  public @Nullable SecretValue read(SecretStage stage, boolean pastCaches, Deadline deadline)
      throws SQLException {
    return SdkCall.run(
            description,
            deadline,
            () -> {
              Use use = begin();
              try {
                return Optional.ofNullable(use.reader.read(stage, pastCaches, deadline));
              } finally {
                end(use);
              }
            })
        .orElse(null);
  }

  private synchronized Use begin() throws SQLException {
    if (closed) {
      throw SourceFailures.closed(description);
    }
    Use use = current;
    if (use == null) {
      use = new Use(linked.get());
      current = use;
    }
    use.calls++;
    return use;
  }

  private synchronized void end(Use use) {
    use.calls--;
    closeIfUnused(use);
  }

  private void closeIfUnused(Use use) {
    if (use.calls == 0 && use != current) {
      use.reader.close();
    }
  }

  @Override
  public synchronized void forget() {
    Use former = current;
    current = null;
    if (former != null) {
      closeIfUnused(former);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    forget();
  }
}
