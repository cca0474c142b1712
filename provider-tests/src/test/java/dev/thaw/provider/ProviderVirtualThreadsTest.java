package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.ProviderStats;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseTest;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many threads, which are virtual where the JDK has such threads. */
@DatabaseTest
class ProviderVirtualThreadsTest {
  private static final int THREADS = 200;

  @TempDir Path directory;

  @Test
  void hundreds_of_threads_share_few_connections_and_pin_no_carrier(ConnectionProvider db)
      throws Exception {
    // Waiting for a class that another thread loads or initialises pins, once for each class; some
    // are loaded only while something records.
    try (Recording recording = new Recording()) {
      recording.start();
      borrowOnManyThreads(db);
    }

    List<RecordedEvent> pinned;
    try (Recording recording = new Recording()) {
      recording.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ZERO).withStackTrace();
      recording.start();
      borrowOnManyThreads(db);
      recording.stop();
      Path file = directory.resolve("threads.jfr");
      recording.dump(file);
      pinned =
          RecordingFile.readAllEvents(file).stream()
              .filter(event -> event.getEventType().getName().equals("jdk.VirtualThreadPinned"))
              .filter(event -> String.valueOf(event.getStackTrace()).contains("dev.thaw"))
              // The recorder's own lock, which is there only because this test records.
              .filter(event -> !String.valueOf(event.getStackTrace()).contains("jdk.jfr.internal"))
              .toList();
    }

    assertThat(pinned).isEmpty();
    ProviderStats stats = db.stats();
    long used = stats.opened();
    assertThat(used).as("%s", stats).isLessThanOrEqualTo(stats.maxSize());
    assertThat(stats.reused()).as("%s", stats).isBetween(2 * THREADS - used, (long) (2 * THREADS));
    assertThat(stats.active()).isZero();
  }

  private static void borrowOnManyThreads(ConnectionProvider db) throws Exception {
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    ThreadFactory factory = threadFactory();
    for (int i = 0; i < THREADS; i++) {
      threads.add(
          factory.newThread(
              () -> {
                try {
                  borrow(db);
                } catch (Throwable e) {
                  failures.add(e);
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
  }

  private static void borrow(ConnectionProvider db) throws Exception {
    try (Connection connection = db.get(Deadline.after(Duration.ofSeconds(60)))) {
      assertThat(Sql.string(connection, "SELECT SLEEP(0.01)")).isEqualTo("0");
    }
  }

  /** Returns the factory of virtual threads (JDK 21 and later), else one of platform threads. */
  private static ThreadFactory threadFactory() throws ReflectiveOperationException {
    if (Runtime.version().feature() < 21) {
      return Thread::new;
    }
    Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
    Method factory = Class.forName("java.lang.Thread$Builder").getMethod("factory");
    return (ThreadFactory) factory.invoke(builder);
  }
}
