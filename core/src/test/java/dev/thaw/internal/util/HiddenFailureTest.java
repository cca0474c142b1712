package dev.thaw.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class HiddenFailureTest {

  @Test
  void shows_classes_and_places_and_no_message() {
    IOException cause = new IOException("hunter2 in the cause");
    IllegalStateException failure = new IllegalStateException("hunter2", cause);
    failure.addSuppressed(new IllegalArgumentException("hunter2 suppressed"));

    StringWriter text = new StringWriter();
    HiddenFailure.of(failure).printStackTrace(new PrintWriter(text));

    assertThat(text.toString())
        .contains("java.lang.IllegalStateException (its message is not shown")
        .contains("java.io.IOException (its message is not shown")
        .contains(HiddenFailureTest.class.getName() + ".shows")
        .doesNotContain("hunter2");
  }
}
