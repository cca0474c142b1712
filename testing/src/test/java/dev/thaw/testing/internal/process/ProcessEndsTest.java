package dev.thaw.testing.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProcessEndsTest {
  private static Process shell(String command) throws Exception {
    return new ProcessBuilder("/bin/sh", "-c", command).start();
  }

  @Test
  void needs_no_thread_of_the_common_pool() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    CountDownLatch told = new CountDownLatch(1);
    for (int i = 0; i < ForkJoinPool.getCommonPoolParallelism(); i++) {
      ForkJoinPool.commonPool().execute(() -> hold(over));
    }
    try {
      assertThat(ProcessEnds.await(shell("exit 3"))).isEqualTo(3);
      ProcessEnds.run(shell("exit 3"), "told", told::countDown);
      told.await();
    } finally {
      over.countDown();
    }
  }

  private static void hold(CountDownLatch over) {
    try {
      over.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void an_interrupt_stays_set() throws Exception {
    Process process = shell("read -r _; exit 4");
    Thread.currentThread().interrupt();
    assertThat(ProcessEnds.await(process, Duration.ofMillis(1))).isFalse();
    assertThat(Thread.interrupted()).isTrue();
    process.getOutputStream().close();
    assertThat(ProcessEnds.await(process)).isEqualTo(4);
  }
}
