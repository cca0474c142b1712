package dev.thaw.examples.assetapi;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Creates the table of {@code schema.sql} unless it is there. Invoked by hand after a deployment,
 * since nothing outside the VPC reaches the database; it has no route.
 */
public final class CreateSchema implements RequestHandler<Object, String> {
  private final ConnectionProvider database;

  /** Creates the handler as Lambda does, for the database that the environment describes. */
  public CreateSchema() {
    this(Database.provider());
  }

  CreateSchema(ConnectionProvider database) {
    this.database = database;
  }

  @Override
  public String handleRequest(Object event, Context context) {
    try (Connection connection = database.get(Deadline.of(context::getRemainingTimeInMillis));
        Statement statement = connection.createStatement()) {
      statement.execute(script());
      return "The table assets is there";
    } catch (SQLException e) {
      throw new IllegalStateException("Creating the table assets failed", e);
    }
  }

  private static String script() {
    try (InputStream script = CreateSchema.class.getResourceAsStream("schema.sql")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
