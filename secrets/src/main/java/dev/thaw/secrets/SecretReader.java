package dev.thaw.secrets;

import dev.thaw.Deadline;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Reads a secret from where it is kept, with one request. */
interface SecretReader {

  /**
   * Returns the version that has a staging label.
   *
   * @param stage the label
   * @param pastCaches whether a cache on the way must be asked to pass the request on
   * @param deadline bounds the request, repetitions included
   * @return the version; {@code null} if none has the label {@link SecretStage#PENDING}
   * @throws SQLException as {@link dev.thaw.credentials.CredentialsSource#credentials} does
   */
  @Nullable SecretValue read(SecretStage stage, boolean pastCaches, Deadline deadline)
      throws SQLException;

  /**
   * Forgets what is secret, such as the credentials that it asks with; a later read obtains it
   * anew.
   */
  default void forget() {}

  /** Releases what the reader holds. */
  void close();
}
