package dev.thaw.examples.readme;

// @start region="handler"
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.secrets.ConnectionProviders;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Lists the latest assets. */
public final class ListAssets implements RequestHandler<Object, List<String>> {
  private static final ConnectionProvider DB = ConnectionProviders.fromEnvironment(); // reused

  @Override
  public List<String> handleRequest(Object event, Context context) {
    try (Connection connection = DB.get(Deadline.of(context::getRemainingTimeInMillis))) {
      return Assets.latest(connection); // plain JDBC
    } catch (SQLException e) {
      throw new IllegalStateException("Listing the assets failed", e);
    }
  }
}
// @end region="handler"
