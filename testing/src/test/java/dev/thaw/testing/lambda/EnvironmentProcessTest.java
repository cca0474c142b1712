package dev.thaw.testing.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EnvironmentProcessTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration QUIET = Duration.ofMillis(200);

  @Test
  void it_runs_a_class_of_the_tests_class_path_and_answers_line_by_line() throws Exception {
    try (EnvironmentProcess process =
        EnvironmentProcess.builder(EchoProgram.class)
            .jvmArguments("-Xmx48m")
            .arguments("one", "t wo")
            .environment("THAW_TEST_VARIABLE", "vä lue")
            .start()) {
      assertThat(process.ask("hällo", SOON)).isEqualTo("echo hällo");
      assertThat(process.ask("arguments", SOON)).isEqualTo("[one, t wo]");
      assertThat(process.ask("variable", SOON)).isEqualTo("vä lue");
      assertThat(Long.parseLong(process.ask("memory", SOON))).isLessThan(64L * 1024 * 1024);
      assertThat(process.isAlive()).isTrue();
    }
  }

  @Test
  void frozen_it_does_nothing_and_thawed_it_goes_on() throws Exception {
    try (EnvironmentProcess process = EnvironmentProcess.builder(EchoProgram.class).start()) {
      process.ask("ready", SOON);

      process.freeze();
      process.send("meanwhile");
      assertThatIllegalStateException()
          .isThrownBy(() -> process.receive(QUIET))
          .withMessageContaining("has written no line within PT0.2S");
      assertThat(process.isAlive()).isTrue();

      process.thaw();
      assertThat(process.receive(SOON)).isEqualTo("echo meanwhile");
    }
  }

  @Test
  void several_freezes_follow_each_other_without_a_pause() throws Exception {
    try (EnvironmentProcess process = EnvironmentProcess.builder(EchoProgram.class).start()) {
      for (int i = 0; i < 20; i++) {
        process.freeze();
        process.thaw();
        assertThat(process.ask("round " + i, SOON)).isEqualTo("echo round " + i);
      }
    }
  }

  @Test
  void terminate_lets_it_end_with_its_shutdown_hooks() throws Exception {
    try (EnvironmentProcess process = EnvironmentProcess.builder(EchoProgram.class).start()) {
      process.ask("ready", SOON);

      process.terminate();

      assertThat(process.receive(SOON)).isEqualTo("goodbye");
      assertThat(process.awaitEnd(SOON)).hasValue(128 + 15);
      assertThatIllegalStateException()
          .isThrownBy(process::freeze)
          .withMessageContaining("has ended already, with status 143");
    }
  }

  @Test
  void a_child_that_fails_is_reported_with_what_it_wrote_to_standard_error() throws Exception {
    try (EnvironmentProcess process = EnvironmentProcess.builder(EchoProgram.class).start()) {
      process.send("fail");
      assertThat(process.receive(SOON)).isEqualTo("goodbye");

      for (int i = 0; i < 2; i++) {
        assertThatIllegalStateException()
            .isThrownBy(() -> process.receive(SOON))
            .withMessageContaining("has closed its output")
            .withMessageContaining("IllegalStateException: on purpose");
      }
      assertThat(process.awaitEnd(SOON)).hasValue(1);
      assertThat(process.errorOutput()).contains("on purpose");
    }
  }

  @Test
  void close_kills_it_frozen_or_not() {
    EnvironmentProcess frozen = EnvironmentProcess.builder(EchoProgram.class).start();
    frozen.freeze();

    frozen.close();
    frozen.close();

    assertThat(ProcessHandle.of(frozen.pid())).isEmpty();
    assertThat(frozen.isAlive()).isFalse();
  }

  @Test
  void no_child_outlives_this_jvm_not_even_a_frozen_one_after_sigkill() throws Exception {
    ProcessHandle grandchild;
    try (EnvironmentProcess process = EnvironmentProcess.builder(EchoProgram.class).start()) {
      grandchild =
          ProcessHandle.of(Long.parseLong(process.ask("frozen child", SOON))).orElseThrow();
      assertThat(grandchild.isAlive()).isTrue();
    } // with SIGKILL

    await().atMost(SOON).until(() -> !grandchild.isAlive());
  }

  @Test
  void a_line_is_one_line() {
    try (EnvironmentProcess process = EnvironmentProcess.builder(EchoProgram.class).start()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> process.send("two\nlines"))
          .withMessage("line contains a line break, allowed is one line");
    }
  }
}
