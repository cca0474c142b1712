package app;

import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Asks the database, and asks again when the password has been rotated. */
@QuarkusMain
public class Main implements QuarkusApplication {
  @Inject DataSource database;

  @Override
  public int run(String... arguments) throws Exception {
    System.out.println("answer: " + answer());
    System.in.read();
    System.out.println("answer: " + answer());
    return 0;
  }

  private String answer() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT name FROM asset")) {
      rows.next();
      return rows.getString(1);
    }
  }
}
