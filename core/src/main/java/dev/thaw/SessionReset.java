package dev.thaw;

/**
 * When a session is reset at the server before its connection goes to the next borrower.
 *
 * <p>An open transaction is rolled back, autocommit is on and what JDBC's setters have set is put
 * back in any case. A reset also undoes what SQL can change: variables, temporary tables, locks,
 * prepared statements, the default schema. It takes two round trips.
 */
public enum SessionReset {
  /**
   * After a use that may have changed the session: one that executed anything but plain queries and
   * data changes, or took an object of the driver. Statements are judged by their text; when in
   * doubt the session is reset. What a view, a trigger or a column's default does inside a plain
   * statement is not seen.
   */
  CHANGED,
  /** After each use. */
  ALWAYS,
  /**
   * Not at all: what SQL has changed in a session is seen by its next borrower, except an open
   * transaction and, where the server tracks it, the schema.
   */
  NEVER
}
