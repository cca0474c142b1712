package dev.thaw.examples.deployment;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.secrets.ConnectionProviders;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Connects in the init phase, and answers with the server's id of its connection. */
public final class WarmFunction implements RequestHandler<Object, Long> {
  private static final ConnectionProvider DB = ConnectionProviders.fromEnvironment();

  static {
    DB.warmUp();
  }

  @Override
  public Long handleRequest(Object event, Context context) {
    try (Connection connection = DB.get(Deadline.of(context::getRemainingTimeInMillis));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT CONNECTION_ID()")) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
