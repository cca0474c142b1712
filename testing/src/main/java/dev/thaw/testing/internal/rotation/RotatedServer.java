package dev.thaw.testing.internal.rotation;

import java.sql.Connection;
import java.sql.SQLException;

/** How to log in to the server whose passwords are rotated. */
public interface RotatedServer {
  /** Logs in as a user who may create and alter users. */
  Connection administrator() throws SQLException;

  /** Logs in as this user. */
  Connection user(String name, String password) throws SQLException;
}
