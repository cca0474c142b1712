package dev.thaw.internal.settings;

import dev.thaw.internal.util.FlawException;
import java.sql.Connection;

/** The isolation of transactions, with MySQL's names. */
public enum IsolationLevel {
  /** {@link Connection#TRANSACTION_READ_UNCOMMITTED}. */
  READ_UNCOMMITTED(Connection.TRANSACTION_READ_UNCOMMITTED),
  /** {@link Connection#TRANSACTION_READ_COMMITTED}. */
  READ_COMMITTED(Connection.TRANSACTION_READ_COMMITTED),
  /** {@link Connection#TRANSACTION_REPEATABLE_READ}. */
  REPEATABLE_READ(Connection.TRANSACTION_REPEATABLE_READ),
  /** {@link Connection#TRANSACTION_SERIALIZABLE}. */
  SERIALIZABLE(Connection.TRANSACTION_SERIALIZABLE);

  private final int jdbc;

  IsolationLevel(int jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Returns the level of a constant of {@link Connection}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static IsolationLevel of(int jdbc) {
    for (IsolationLevel level : values()) {
      if (level.jdbc == jdbc) {
        return level;
      }
    }
    throw new FlawException(
        "defaultTransactionIsolation is "
            + jdbc
            + ", allowed are Connection.TRANSACTION_READ_UNCOMMITTED (1), _READ_COMMITTED (2),"
            + " _REPEATABLE_READ (4) and _SERIALIZABLE (8)");
  }

  /** Returns the constant of {@link Connection}. */
  public int jdbc() {
    return jdbc;
  }
}
