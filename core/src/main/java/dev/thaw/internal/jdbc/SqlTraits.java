package dev.thaw.internal.jdbc;

/** What the text of a statement says about its effects. */
final class SqlTraits {
  /** The statement may leave something in the session that the next borrower would see. */
  static final int MAY_CHANGE_SESSION = 1;

  /** The statement may change data. */
  static final int WRITES = 2;

  /** The statement may insert rows. */
  static final int INSERTS = 4;

  private SqlTraits() {}

  /** Returns the traits of a text. */
  static int of(String sql) {
    return MAY_CHANGE_SESSION | WRITES;
  }
}
