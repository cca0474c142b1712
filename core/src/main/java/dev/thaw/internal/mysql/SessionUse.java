package dev.thaw.internal.mysql;

import com.mysql.cj.protocol.ServerSessionStateController;
import com.mysql.cj.protocol.ServerSessionStateController.ServerSessionStateChanges;
import com.mysql.cj.protocol.ServerSessionStateController.SessionStateChange;
import dev.thaw.internal.jdbc.SqlTraits;
import org.jspecify.annotations.Nullable;

/** What one use of a session has done, or may have. For one thread at a time. */
final class SessionUse {
  // Counts the server's statements. Told after each one where all variables are tracked, as MySQL
  // Router has it when its clients share connections.
  private static final String STATEMENT_ID = "statement_id";

  /** Something was sent, or may have been. */
  boolean touched;

  /** A statement may have changed the session. */
  boolean changed;

  /** Statements were executed since the last commit or rollback by JDBC. */
  boolean work;

  /** A statement was executed that may have stored something. */
  boolean wrote;

  /** The isolation was set by JDBC. */
  boolean isolation;

  /** Read-only was set by JDBC. */
  boolean readOnly;

  /** The schema may have changed. */
  boolean schema;

  /** The schema may be another than the driver knows and the server has told. */
  boolean schemaUnknown;

  /** The schema that the server has told of, which the driver does not know. */
  @Nullable String toldSchema;

  /** The role may have been set. */
  boolean role;

  /** Statements were executed whose text was not seen. */
  boolean executedUnseen;

  /** The driver's connection keeps something that no reset of the session undoes. */
  boolean driverState;

  /** An object of the driver was handed out. */
  boolean exposed;

  private boolean executed;
  private boolean inserted;
  private boolean formerStatement;
  private boolean formerId;

  /** Returns whether what the driver believes of the session is what the server has. */
  boolean isBelieved() {
    return !changed && !exposed;
  }

  /**
   * Notes a statement that is to be executed.
   *
   * @return whether it would see what a former use has left: its LAST_INSERT_ID, its warnings
   */
  boolean executes(int traits) {
    boolean seesStatement =
        !executed && formerStatement && (traits & SqlTraits.READS_DIAGNOSTICS) != 0;
    boolean seesId = !inserted && formerId && (traits & SqlTraits.READS_LAST_ID) != 0;
    executed = true;
    work = true;
    wrote |= (traits & SqlTraits.WRITES) != 0;
    changed |= (traits & SqlTraits.MAY_CHANGE_SESSION) != 0;
    role |= (traits & SqlTraits.CHANGES_ROLE) != 0;
    executedUnseen |= (traits & SqlTraits.EXECUTES_UNSEEN) != 0;
    inserted |= (traits & SqlTraits.INSERTS) != 0;
    if ((traits & SqlTraits.CHANGES_SCHEMA) != 0) {
      schema = true;
      schemaUnknown = true;
      toldSchema = null;
    }
    formerId &= !seesId;
    return seesStatement || seesId;
  }

  /** Notes what the server says that a statement has changed. */
  void tracked(ServerSessionStateChanges changes) {
    for (SessionStateChange change : changes.getSessionStateChangesList()) {
      switch (change.getType()) {
        case ServerSessionStateController.SESSION_TRACK_SCHEMA -> {
          schema = true;
          changed = true;
          toldSchema = first(change);
          schemaUnknown = toldSchema == null;
        }
        case ServerSessionStateController.SESSION_TRACK_SYSTEM_VARIABLES ->
            changed |= !STATEMENT_ID.equals(first(change));
        case ServerSessionStateController.SESSION_TRACK_STATE_CHANGE -> changed = true;
        default -> {
          // Transactions show in the status flags, and GTIDs are no state.
        }
      }
    }
  }

  private static @Nullable String first(SessionStateChange change) {
    return change.getValues().isEmpty() ? null : change.getValues().get(0);
  }

  /**
   * Begins another use.
   *
   * @param reset whether the server has undone everything
   */
  void clear(boolean reset) {
    formerStatement = !reset && (formerStatement || executed);
    formerId = !reset && (formerId || inserted);
    touched = false;
    changed = false;
    work = false;
    wrote = false;
    isolation = false;
    readOnly = false;
    schema = false;
    schemaUnknown = false;
    toldSchema = null;
    role = false;
    executedUnseen = false;
    driverState = false;
    exposed = false;
    executed = false;
    inserted = false;
  }
}
