package dev.thaw.internal.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.util.Throwables.getStackTrace;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class HiddenFailureTest {

  @Test
  void shows_classes_and_places_and_no_message() {
    IOException cause = new IOException("hunter2 in the cause");
    IllegalStateException failure = new IllegalStateException("hunter2", cause);
    failure.addSuppressed(new IllegalArgumentException("hunter2 suppressed"));

    assertThat(getStackTrace(HiddenFailure.of(failure)))
        .contains("java.lang.IllegalStateException (its message is not shown")
        .contains("java.io.IOException (its message is not shown")
        .contains(HiddenFailureTest.class.getName() + ".shows")
        .doesNotContain("hunter2");
  }

  @Test
  void what_the_jvm_says_of_a_class_is_shown() {
    assertThat(HiddenFailure.of(new NoClassDefFoundError("com/example/Missing")))
        .hasMessage("java.lang.NoClassDefFoundError: com/example/Missing");
    assertThat(HiddenFailure.of(new ExceptionInInitializerError("hunter2")).getMessage())
        .contains("ExceptionInInitializerError")
        .doesNotContain("hunter2");
  }
}
