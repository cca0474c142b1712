package dev.thaw.internal.mysql;

import static dev.thaw.internal.settings.BuilderSettings.AUTO_COMMIT;
import static dev.thaw.internal.settings.BuilderSettings.CONNECTION_INIT_SQL;
import static dev.thaw.internal.settings.BuilderSettings.READ_ONLY;
import static dev.thaw.internal.settings.BuilderSettings.TRANSACTION_ISOLATION;

import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.conf.RuntimeProperty;
import com.mysql.cj.jdbc.JdbcConnection;
import dev.thaw.FailureKind;
import dev.thaw.internal.settings.IsolationLevel;
import dev.thaw.internal.settings.SettingNames;
import dev.thaw.internal.settings.SettingValues;
import dev.thaw.internal.util.HiddenFailure;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What the application wants each borrower to find in a session.
 *
 * @param autoCommit whether each statement is a transaction
 * @param readOnly whether transactions are read-only
 * @param isolation the isolation; {@code null} for the server's
 * @param initSql a statement to execute; {@code null} for none
 * @param names the names of the settings, for messages
 */
public record SessionDefaults(
    boolean autoCommit,
    boolean readOnly,
    @Nullable IsolationLevel isolation,
    @Nullable String initSql,
    SettingNames names) {
  private static final String GENERAL_ERROR = "HY000";

  /** Returns those that are set. */
  public static SessionDefaults of(SettingValues values) {
    return new SessionDefaults(
        values.get(AUTO_COMMIT),
        values.get(READ_ONLY),
        values.find(TRANSACTION_ISOLATION),
        values.find(CONNECTION_INIT_SQL),
        values);
  }

  /**
   * Applies them to a session that has just logged in.
   *
   * @param setUp the statement of {@link SessionBase} for it; {@code null} for none
   */
  void apply(MysqlSession session, @Nullable String setUp) throws SQLException {
    JdbcConnection driver = session.connection();
    if (isolation != null) {
      // The driver sends nothing if that is the server's, and remembers it for its getter.
      driver.setTransactionIsolation(isolation.jdbc());
    }
    if (setUp != null) {
      session.execute(setUp);
    }
    if (!autoCommit) {
      session.server().setAutoCommit(false);
    }
    if (readOnly) {
      believeReadOnly(driver);
    }
    initialize(session);
  }

  /** Lets the driver know what the server has been told already. */
  private static void believeReadOnly(JdbcConnection driver) throws SQLException {
    RuntimeProperty<Boolean> propagates =
        driver.getPropertySet().getBooleanProperty(PropertyKey.readOnlyPropagatesToServer);
    boolean set = propagates.getValue();
    propagates.setValue(false);
    driver.setReadOnly(true);
    propagates.setValue(set);
  }

  /** Executes the application's own statement, after a login and after each reset. */
  void initialize(MysqlSession session) throws SQLException {
    if (initSql == null) {
      return;
    }
    try {
      session.execute(initSql);
    } catch (SQLException e) {
      throw session.isClosed() ? e : refused(e);
    }
    if (!autoCommit && SessionRestore.isInTransaction(session)) {
      session.connection().commit();
    }
  }

  /** The message of server or driver quotes the statement, which may hold a secret. */
  private SQLException refused(SQLException e) {
    // It says nothing of the credentials or the schema of the login, whatever its code.
    boolean kept =
        switch (FailureKind.of(e)) {
          case READ_ONLY, OTHER -> true;
          case CREDENTIALS_REFUSED,
              SCHEMA_REFUSED,
              TOO_MANY_CONNECTIONS,
              UNREACHABLE,
              BROKEN,
              TIMEOUT ->
              false;
        };
    int code = e.getErrorCode();
    String cause =
        "SQLState "
            + e.getSQLState()
            + (code == 0 && readOnly
                ? "; with " + names.of(READ_ONLY) + " the driver sends no statement that writes"
                : "");
    return new SQLException(
        (code == 0 ? "the driver" : "the server")
            + " has refused "
            + names.of(CONNECTION_INIT_SQL)
            + " with "
            + (code == 0 ? "" : "error " + code + ", ")
            + cause,
        kept ? e.getSQLState() : GENERAL_ERROR,
        kept ? e.getErrorCode() : 0,
        HiddenFailure.of(e));
  }

  /** Returns a text without the statement, which may hold a secret. */
  @Override
  public String toString() {
    return "SessionDefaults[autoCommit="
        + autoCommit
        + ", readOnly="
        + readOnly
        + ", isolation="
        + isolation
        + "]";
  }
}
