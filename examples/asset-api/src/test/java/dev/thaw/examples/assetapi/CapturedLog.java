package dev.thaw.examples.assetapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/** What is logged while it is open; slf4j-simple writes to System.err. */
final class CapturedLog implements AutoCloseable {
  private final PrintStream before = System.err;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  CapturedLog() {
    System.setErr(new PrintStream(bytes, true, UTF_8));
  }

  String text() {
    return bytes.toString(UTF_8);
  }

  @Override
  public void close() {
    System.setErr(before);
  }
}
