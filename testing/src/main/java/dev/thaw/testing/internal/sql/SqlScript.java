package dev.thaw.testing.internal.sql;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An SQL script of the class path, in the form that the {@code mysql} client reads.
 *
 * <p>Immutable.
 */
public final class SqlScript {
  private static final int EXCERPT = 80;

  private final String name;
  private final List<SqlStatement> statements;

  private SqlScript(String name, List<SqlStatement> statements) {
    this.name = name;
    this.statements = statements;
  }

  /**
   * Reads a script.
   *
   * @param name its name: relative to the class's package or one of its superclasses' or enclosing
   *     classes', or to the root of the class path; only to the latter if it starts with a slash
   * @param relativeTo the test class
   * @throws IllegalArgumentException if there is no such script or it does not end well; the
   *     message says where it was looked for
   */
  public static SqlScript load(String name, Class<?> relativeTo) {
    Set<String> places = places(name, relativeTo);
    for (String place : places) {
      String text = read(place, relativeTo);
      if (text != null) {
        return new SqlScript(place, SqlSplitter.split(place, text));
      }
    }
    throw new IllegalArgumentException(
        "there is no script \""
            + name
            + "\" on the class path; looked for "
            + String.join(", ", places));
  }

  private static Set<String> places(String name, Class<?> relativeTo) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("the name of a script is blank");
    }
    if (name.startsWith("/")) {
      return Set.of(name.substring(1));
    }
    Set<String> places = new LinkedHashSet<>();
    for (Class<?> outer = relativeTo; outer != null; outer = outer.getEnclosingClass()) {
      for (Class<?> type = outer;
          type != null && type != Object.class;
          type = type.getSuperclass()) {
        String folder = type.getPackageName().replace('.', '/');
        places.add(folder.isEmpty() ? name : folder + "/" + name);
      }
    }
    places.add(name);
    return places;
  }

  private static @Nullable String read(String place, Class<?> relativeTo) {
    try (InputStream in = relativeTo.getResourceAsStream("/" + place)) {
      return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read the script " + place, e);
    }
  }

  /**
   * Executes the statements one by one.
   *
   * @throws SQLException if one fails; the message names the script, the statement's number and
   *     line
   */
  public void run(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      for (int i = 0; i < statements.size(); i++) {
        SqlStatement sql = statements.get(i);
        try {
          statement.execute(sql.text());
        } catch (SQLException e) {
          throw new SQLException(
              "statement %d of %s, line %d, failed: %s (%s)"
                  .formatted(i + 1, name, sql.line(), e.getMessage(), excerpt(sql.text())),
              e.getSQLState(),
              e.getErrorCode(),
              e);
        }
      }
    }
  }

  private static String excerpt(String text) {
    String line = text.replaceAll("\\s+", " ");
    return line.length() <= EXCERPT ? line : line.substring(0, EXCERPT) + "…";
  }

  /**
   * One statement.
   *
   * @param text the statement without its delimiter
   * @param line the line of the script that it starts at, from 1
   */
  record SqlStatement(String text, int line) {}
}
