package dev.thaw.secrets;

import dev.thaw.Deadline;
import dev.thaw.secrets.RoleKeys.Keys;
import java.sql.SQLException;

/** Where the keys that tokens are signed with come from. Thread-safe. */
@FunctionalInterface
interface KeySource {
  /**
   * Returns the keys to sign with now.
   *
   * @param deadline bounds everything that the call does
   * @throws SQLException as that of a credentials source
   */
  Keys keys(Deadline deadline) throws SQLException;

  /** Forgets all keys; the next call obtains them anew. */
  default void forget() {}
}
