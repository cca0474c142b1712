package dev.thaw.testing.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.Arrays;

/** What {@link EnvironmentProcessTest} runs in child JVMs. */
final class EchoProgram {
  private EchoProgram() {}

  @SuppressWarnings("SystemOut") // the answers of the program
  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> out.println("goodbye")));
    EnvironmentProcess grandchild = null;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      switch (line) {
        case "arguments" -> out.println(Arrays.toString(arguments));
        case "variable" -> out.println(System.getenv("THAW_TEST_VARIABLE"));
        case "memory" -> out.println(Runtime.getRuntime().maxMemory());
        case "nanos" -> out.println(System.nanoTime());
        case "fail" -> throw new IllegalStateException("on purpose");
        case "frozen child" -> {
          grandchild = EnvironmentProcess.builder(EchoProgram.class).start();
          grandchild.freeze();
          out.println(grandchild.pid());
        }
        default -> out.println("echo " + line);
      }
    }
    if (grandchild != null) {
      grandchild.close();
    }
  }
}
