package dev.thaw.internal.mysql;

import com.mysql.cj.exceptions.CJException;
import com.mysql.cj.jdbc.JdbcConnection;
import com.mysql.cj.jdbc.exceptions.SQLExceptionsMapping;
import dev.thaw.SessionReset;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Brings a session back to what it was after its login, for its next borrower.
 *
 * <p>The server's status flags of the last answer decide, not what JDBC calls suggest: a flag that
 * is set was said by the server, while one that is not may only be unknown. Where a statement may
 * have changed anything else, the server undoes it with COM_RESET_CONNECTION.
 */
final class SessionRestore {
  static final int AUTOCOMMIT = 0x2;
  private static final int IN_TRANSACTION = 0x1;
  private static final int NO_BACKSLASH_ESCAPES = 0x200;
  private static final int IN_READ_ONLY_TRANSACTION = 0x2000;
  private static final String HAS_NO_ROLE = "SELECT CURRENT_ROLE() = 'NONE'";
  // APPLICABLE_ROLES of MariaDB is about the user of the session, whatever its role is.
  private static final String HAS_ROLE_OF_LOGIN =
      "SELECT CURRENT_ROLE() <=> (SELECT MAX(ROLE_NAME) FROM information_schema.APPLICABLE_ROLES"
          + " WHERE IS_DEFAULT = 'YES')";
  private static final int LOOKED_AT =
      IN_TRANSACTION | NO_BACKSLASH_ESCAPES | IN_READ_ONLY_TRANSACTION;

  private final MysqlSession session;
  private final JdbcConnection driver;
  private final SessionUse use;
  private final String schema;
  private final @Nullable String restored;
  private final SessionDefaults defaults;
  private final int isolation;
  private final int lookedAt;
  private final int clean;

  /**
   * Creates it for a session that has just logged in.
   *
   * @param schema the default schema, or empty for none
   * @param restored the statement that follows a reset; {@code null} if there is none
   * @param defaults what the application wants of the session, and has been applied to it
   */
  SessionRestore(
      MysqlSession session, String schema, @Nullable String restored, SessionDefaults defaults)
      throws SQLException {
    this.session = session;
    this.driver = session.connection();
    this.use = session.use();
    this.schema = schema;
    this.restored = restored;
    this.isolation = driver.getTransactionIsolation();
    this.defaults = defaults;
    // Where a server's default is off, MySQL sets the flag all the same (bug 66884).
    this.lookedAt = LOOKED_AT | (defaults.autoCommit() ? AUTOCOMMIT : 0);
    this.clean =
        (defaults.autoCommit() ? AUTOCOMMIT : 0)
            | (session.server().isNoBackslashEscapesSet() ? NO_BACKSLASH_ESCAPES : 0);
  }

  /**
   * Undoes what the last use has done, with as few round trips as it allows; none if it has changed
   * nothing.
   *
   * @return false if that is not possible, so that the connection must be closed
   * @throws WritesInDoubtException if the borrower must know, who believes something stored
   * @throws SQLException if the server refuses, or does not answer in time
   */
  boolean run(SessionReset mode) throws SQLException {
    boolean full =
        switch (mode) {
          case CHANGED -> use.changed;
          case ALWAYS -> true;
          case NEVER -> false;
        };
    if (use.driverState) {
      driver.setClientInfo(new Properties());
      driver.setTypeMap(new HashMap<>());
    }
    boolean restored = full ? reset() : !use.touched || (transaction() && settings());
    use.clear(full);
    return restored;
  }

  /** Returns whether the last answer said that a transaction is open. */
  static boolean isInTransaction(MysqlSession session) {
    return (session.server().getStatusFlags() & IN_TRANSACTION) != 0;
  }

  private int flags() {
    return session.server().getStatusFlags();
  }

  private boolean isClean() {
    return (flags() & lookedAt) == clean;
  }

  private boolean transaction() throws SQLException {
    return defaults.autoCommit() ? committing() : manual();
  }

  /**
   * Ends a transaction and switches autocommit off. That flags are not set may mean that they are
   * unknown, so what was executed decides.
   */
  private boolean manual() throws SQLException {
    if (!use.isBelieved()) {
      session.execute("ROLLBACK");
      session.execute("SET autocommit=0");
      session.server().setAutoCommit(false);
    } else if (session.server().isAutoCommit()) {
      driver.setAutoCommit(false);
    } else if (use.work || isInTransaction(session)) {
      driver.rollback();
    }
    return isClean();
  }

  /** Ends a transaction and switches autocommit on. */
  private boolean committing() throws SQLException {
    if (!session.server().isAutoCommit()) {
      if (use.work) {
        driver.rollback();
      }
      driver.setAutoCommit(true);
      return isClean();
    }
    if (isClean()) {
      return true;
    }
    if (UnseenTransaction.maybe(session) && keepUnseen()) {
      return false;
    }
    session.execute("ROLLBACK");
    if ((flags() & AUTOCOMMIT) == 0) {
      session.execute("SET autocommit=1");
    }
    return isClean();
  }

  private boolean keepUnseen() throws WritesInDoubtException {
    try {
      return UnseenTransaction.commit(session);
    } catch (SQLException e) {
      throw new WritesInDoubtException(e);
    }
  }

  /** Puts back what JDBC's setters have set. */
  private boolean settings() throws SQLException {
    if (use.isolation) {
      driver.setTransactionIsolation(isolation);
    }
    if (use.readOnly) {
      driver.setReadOnly(defaults.readOnly());
    }
    if (use.schema && !schema()) {
      return false;
    }
    if (use.isolation || use.readOnly || use.schema) {
      // It may have set the same.
      defaults.initialize(session);
    }
    return true;
  }

  private boolean schema() throws SQLException {
    if (schema.isEmpty()) {
      // MySQL has no statement that leaves the default schema.
      return false;
    }
    // Not setCatalog, which has no effect where the driver's databaseTerm is SCHEMA.
    session.forced(() -> driver.setDatabase(schema));
    return true;
  }

  /** Lets the server undo everything, and sets what a login sets. */
  private boolean reset() throws SQLException {
    if (restored == null || use.role) {
      return false;
    }
    try {
      session.nativeSession().resetSessionState();
    } catch (CJException e) {
      if (session.isClosed()) {
        throw SQLExceptionsMapping.translateException(e);
      }
      // ER_UNKNOWN_COM_ERROR of a server or proxy that does not know it: the session is as it was.
      return false;
    }
    session.server().setAutoCommit(defaults.autoCommit());
    session.execute(restored);
    driver.setTransactionIsolation(isolation);
    driver.setReadOnly(defaults.readOnly());
    // The reset keeps the schema.
    if (use.schema && !schema()) {
      return false;
    }
    defaults.initialize(session);
    return isClean() && hasRoleOfLogin();
  }

  /**
   * Returns whether the session has the role that the login gave it: a reset does not undo SET
   * ROLE, which a procedure or a prepared statement may hide. On MySQL any role counts as another
   * one, since its default roles cannot be asked for without a privilege.
   */
  private boolean hasRoleOfLogin() throws SQLException {
    if (!use.executedUnseen) {
      return true;
    }
    String version = session.server().getServerVariable(VariablesInterceptor.VERSION);
    if (session.isMysql() && version != null && version.startsWith("5.")) {
      return true; // has no roles
    }
    return "1".equals(session.query(session.isMysql() ? HAS_NO_ROLE : HAS_ROLE_OF_LOGIN));
  }
}
