package dev.thaw.examples.assetapi.assets;

import dev.thaw.Deadline;
import java.sql.Connection;
import java.sql.SQLException;

/** Where a repository gets its connections from: {@code provider::get}, say. */
@FunctionalInterface
public interface Connections {

  /** Returns a working connection, within the deadline; closing it gives it back. */
  Connection get(Deadline deadline) throws SQLException;
}
