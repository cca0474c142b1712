package dev.thaw.examples.assetapi.assets;

import dev.thaw.Deadline;
import java.sql.Connection;
import java.sql.SQLException;

/** Where a repository gets its connections from: {@code provider::get}, say. */
@FunctionalInterface
public interface Connections {

  /**
   * Returns a connection; closing it gives it back.
   *
   * @param deadline by when the work on it must have ended
   * @return a working connection
   * @throws SQLException if there is none to be had
   */
  Connection get(Deadline deadline) throws SQLException;
}
