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
 * Creates the table of {@code schema.sql} unless it is there, and the user of the other functions;
 * if that user is there, its password becomes that of its secret. Invoked by hand after a
 * deployment, since nothing outside the VPC reaches the database; it has no route. It is the only
 * function that logs in as a user who may do so.
 */
public final class CreateSchema implements RequestHandler<Object, String> {
  private final ConnectionProvider database;
  private final ApplicationUser.Source user;

  /** Creates the handler as Lambda does, for the database that the environment describes. */
  public CreateSchema() {
    this(Database.provider(), ApplicationUser.sourceOf(System.getenv()));
  }

  CreateSchema(ConnectionProvider database, ApplicationUser.Source user) {
    this.database = database;
    this.user = user;
  }

  @Override
  public String handleRequest(Object event, Context context) {
    Deadline deadline = Deadline.of(context::getRemainingTimeInMillis);
    try (Connection connection = database.get(deadline);
        Statement statement = connection.createStatement()) {
      statement.execute(script());
      ApplicationUser application = user.read(deadline);
      application.create(connection);
      return "The table assets is there, and the user " + application.name() + " may use it";
    } catch (SQLException e) {
      throw new IllegalStateException("Creating the table assets and its user failed", e);
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
