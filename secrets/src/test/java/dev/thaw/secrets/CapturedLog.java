package dev.thaw.secrets;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * All that slf4j-simple, at the level TRACE, and java.util.logging, at the level ALL, write to the
 * standard streams while it is open.
 */
final class CapturedLog implements AutoCloseable {
  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Logger root = Logger.getLogger("");
  private final Level before = root.getLevel();
  private final Handler console;

  CapturedLog() {
    PrintStream both = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    System.setOut(both);
    System.setErr(both);
    // Made now, so that it writes to the captured stream.
    console = new ConsoleHandler();
    console.setLevel(Level.ALL);
    root.addHandler(console);
    root.setLevel(Level.ALL);
  }

  String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    root.removeHandler(console);
    root.setLevel(before);
    System.setOut(out);
    System.setErr(err);
  }
}
