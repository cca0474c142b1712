package dev.thaw.internal.mysql;

import com.mysql.cj.MysqlConnection;
import com.mysql.cj.Query;
import com.mysql.cj.interceptors.QueryInterceptor;
import com.mysql.cj.log.Log;
import com.mysql.cj.protocol.Message;
import com.mysql.cj.protocol.Resultset;
import com.mysql.cj.protocol.ServerSession;
import com.mysql.cj.protocol.a.NativeConstants;
import com.mysql.cj.protocol.a.NativeConstants.StringSelfDataType;
import com.mysql.cj.protocol.a.NativePacketPayload;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a few variables more in the driver's own SELECT of variables, so that a server whose
 * defaults are not MySQL's is known without a round trip. After that it sees each command before it
 * is sent, and mends the one that would lose a variable of the application.
 *
 * <p>Public because the driver creates it by its class name.
 */
public final class VariablesInterceptor implements QueryInterceptor {
  static final String AUTOCOMMIT = "thaw_autocommit";
  static final String READ_ONLY = "thaw_read_only";
  static final String READ_ONLY_VARIABLE = "thaw_read_only_variable";
  // The greeting may be that of a proxy, with a version of its own.
  static final String VERSION = "thaw_version";

  // In the driver's SELECT and in no other statement that it sends.
  private static final String FIRST_VARIABLE = "@@session.auto_increment_increment";
  // The older name is all that MySQL before 5.7.20 and MariaDB before 11.1 have.
  private static final String NEWER_NAME = "@@transaction_isolation";

  private static final int FEW_BYTES = 10;
  // What the driver sends before a statement without setMaxRows that follows one with it.
  private static final String NO_ROW_LIMIT = "SET SQL_SELECT_LIMIT=DEFAULT";

  private @Nullable ConnectAttempt attempt = ConnectAttempt.current();
  private @Nullable RunningStatement running;
  private @Nullable String rowLimit;

  /** Creates the interceptor of the connection that this thread is opening. */
  public VariablesInterceptor() {
    if (attempt != null) {
      attempt.interceptor(this);
    }
  }

  /** Tells the running statement of each command from now on. */
  void watch(RunningStatement statement) {
    attempt = null;
    running = statement;
  }

  @Override
  public QueryInterceptor init(MysqlConnection connection, Properties properties, Log log) {
    rowLimit = SessionBase.rowLimit(connection.getPropertySet());
    return this;
  }

  @Override
  public <M extends Message> @Nullable M preProcess(M message) {
    ConnectAttempt present = attempt;
    if (present == null) {
      if (message instanceof NativePacketPayload packet) {
        if (running != null && executes(packet)) {
          running.beforeCommand();
        }
        if (rowLimit != null) {
          keepRowLimit(packet, rowLimit);
        }
      }
      return null;
    }
    if (present.isOver()) {
      attempt = null;
    } else if (message instanceof NativePacketPayload packet) {
      String sql = text(packet);
      if (sql.contains(FIRST_VARIABLE)) {
        attempt = null;
        packet.writeBytes(
            StringSelfDataType.STRING_EOF,
            more(sql.contains(NEWER_NAME)).getBytes(StandardCharsets.US_ASCII));
      }
    }
    return null;
  }

  /** Returns whether a command is one of those that a batch consists of. */
  private static boolean executes(NativePacketPayload packet) {
    return switch (packet.getByteBuffer()[0]) {
      case NativeConstants.COM_QUERY,
          NativeConstants.COM_STMT_PREPARE,
          NativeConstants.COM_STMT_EXECUTE ->
          true;
      // COM_SET_OPTION, for one, switches multi-statements off again, which the driver has switched
      // on for a batch in one packet.
      default -> false;
    };
  }

  private static String text(NativePacketPayload packet) {
    return new String(packet.getByteBuffer(), 0, packet.getPosition(), StandardCharsets.ISO_8859_1);
  }

  /** Has the driver go back to the application's own limit, where it would go to the server's. */
  private static void keepRowLimit(NativePacketPayload packet, String rowLimit) {
    int start = packet.getPosition() - NO_ROW_LIMIT.length();
    // Behind the command and its attributes, which are a few bytes.
    if (start > 0
        && start < FEW_BYTES
        && text(packet).regionMatches(true, start, NO_ROW_LIMIT, 0, NO_ROW_LIMIT.length())) {
      packet.setPosition(start);
      packet.writeBytes(StringSelfDataType.STRING_EOF, rowLimit.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String more(boolean newerName) {
    String readOnly = newerName ? "transaction_read_only" : "tx_read_only";
    return ", @@session.autocommit AS "
        + AUTOCOMMIT
        + ", @@session."
        + readOnly
        + " AS "
        + READ_ONLY
        + ", '"
        + readOnly
        + "' AS "
        + READ_ONLY_VARIABLE
        + ", @@version AS "
        + VERSION;
  }

  @Override
  @SuppressWarnings("TypeParameterUnusedInFormals") // The interface has it.
  public <T extends Resultset> @Nullable T preProcess(Supplier<String> sql, Query query) {
    return null;
  }

  @Override
  public <T extends Resultset> @Nullable T postProcess(
      Supplier<String> sql, Query query, T result, ServerSession session) {
    return null;
  }

  @Override
  public boolean executeTopLevelOnly() {
    return false;
  }

  @Override
  public void destroy() {}
}
