package dev.thaw.examples.benchmarks.program;

import dev.thaw.examples.benchmarks.candidate.Candidate;
import dev.thaw.examples.benchmarks.candidate.Candidates;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * Does with a candidate what it is told, line by line on the standard input, and answers each line
 * with one: the time it took, in milliseconds, and what went wrong, if anything.
 *
 * <ul>
 *   <li>{@code get <n>} takes a connection and keeps it under that number; the first one makes the
 *       candidate, too;
 *   <li>{@code query <n>} reads a row;
 *   <li>{@code return <n>} gives the connection back;
 *   <li>{@code break <n>} breaks it and gives it back, so that the next one has to be opened;
 *   <li>{@code load <threads> <milliseconds>} takes, breaks and gives back connections all the
 *       time, and answers {@code <worst get> <gets> <failed gets>};
 *   <li>{@code fleet <environments> <invocations> <work milliseconds> <window milliseconds>} makes
 *       many environments;
 *   <li>{@code burst} lets them run, and answers what {@link Fleet#run} returns.
 * </ul>
 */
public final class Commands {
  private final String className;
  private final Map<String, Connection> connections = new HashMap<>();
  private Candidate candidate;
  private Fleet fleet;

  private Commands(String className) {
    this.className = className;
  }

  /**
   * Reads commands until the input ends.
   *
   * @param args the name of the candidate's class
   */
  public static void main(String[] args) throws IOException {
    Commands commands = new Commands(args[0]);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      System.out.println(commands.answer(line.split(" ")));
      System.out.flush();
    }
    // Without closing anything: a process of Lambda ends so, and a broken network would hold it up.
    Runtime.getRuntime().halt(0);
  }

  private String answer(String[] words) {
    return switch (words[0]) {
      case "get" -> Attempt.of(() -> connections.put(words[1], candidate().get())).toLine();
      case "query" -> Attempt.of(() -> Row.read(connections.get(words[1]))).toLine();
      case "return" -> Attempt.of(() -> connections.remove(words[1]).close()).toLine();
      case "break" -> Attempt.of(() -> discard(connections.remove(words[1]))).toLine();
      case "load" ->
          new Load(candidate(), Integer.parseInt(words[1]), Long.parseLong(words[2])).run();
      case "fleet" -> Attempt.of(() -> makeFleet(words)).toLine();
      case "burst" -> fleet.run();
      default -> throw new IllegalArgumentException("unknown command " + words[0]);
    };
  }

  private void makeFleet(String[] words) {
    fleet =
        new Fleet(
            className,
            Integer.parseInt(words[1]),
            Integer.parseInt(words[2]),
            Long.parseLong(words[3]),
            Long.parseLong(words[4]),
            Long.parseLong(words[5]));
    fleet.make();
  }

  private Candidate candidate() {
    if (candidate == null) {
      candidate = Candidates.create(className);
    }
    return candidate;
  }

  /** HikariCP learns that a connection is broken from a statement that fails, not from abort. */
  static void discard(Connection connection) throws SQLException {
    try (connection) {
      connection.abort(Runnable::run);
      Attempt.of(() -> Row.read(connection));
    }
  }
}
