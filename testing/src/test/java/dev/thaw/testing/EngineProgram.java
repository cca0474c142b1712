package dev.thaw.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.stream.Collectors;

/** Runs the test classes that it is asked for, in a child JVM of another class path. */
final class EngineProgram {
  static final String PASSED = "passed";

  /** What stands for a line break in an answer. */
  static final String BREAK = "\\n";

  private EngineProgram() {}

  @SuppressWarnings("SystemOut") // the answers of the program
  public static void main(String[] arguments) throws IOException, ClassNotFoundException {
    PrintStream out = new PrintStream(System.out, true, UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String failures =
          EngineRun.of(Class.forName(line)).failures().stream()
              .map(failure -> String.valueOf(failure.getMessage()))
              .collect(Collectors.joining("\n"));
      out.println(failures.isEmpty() ? PASSED : failures.replace("\n", BREAK));
    }
  }
}
