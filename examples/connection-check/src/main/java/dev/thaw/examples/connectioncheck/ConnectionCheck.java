package dev.thaw.examples.connectioncheck;

import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;

/**
 * Connects, checks, queries, reuses and closes, and says what to look at if one of these fails.
 *
 * <p>The database is the one that the {@code DB_*} variables describe, or an embedded one if none
 * is set.
 */
public final class ConnectionCheck {
  private ConnectionCheck() {}

  /**
   * Runs the checks; the exit code is 0 if all passed, else 1.
   *
   * @param args not used
   */
  public static void main(String[] args) {
    System.exit(run(System.out) ? 0 : 1);
  }

  private static boolean run(PrintStream out) {
    try (Target target = Target.choose(out)) {
      target.describe(out);
      return new Checks(target.provider(), out).run();
    } catch (IllegalArgumentException e) {
      out.println("FAILED: " + e.getMessage());
      out.println("Look at: the variables named above; README.md lists them all");
    } catch (IllegalStateException | IOException | SQLException e) {
      out.println("FAILED: " + e.getMessage());
    }
    return false;
  }
}
