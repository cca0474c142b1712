package dev.thaw.secrets;

import java.io.PrintWriter;
import java.io.StringWriter;

/** All that an exception can show. */
final class Texts {
  private Texts() {}

  /** Returns messages, causes, suppressed exceptions and stack traces. */
  static String of(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
