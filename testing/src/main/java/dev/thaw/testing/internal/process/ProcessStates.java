package dev.thaw.testing.internal.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Returns whether a process stands still. */
final class ProcessStates {
  private static final Path PROC = Path.of("/proc");
  private static final Duration STOP = Duration.ofSeconds(10);
  private static final long POLL_NANOS = 200_000;

  private ProcessStates() {}

  /** Returns when every thread of the process is stopped: the signal only asks for that. */
  static void awaitStopped(ProcessHandle process) {
    long end = System.nanoTime() + STOP.toNanos();
    while (!isStopped(process.pid())) {
      if (!process.isAlive()) {
        throw new IllegalStateException("process " + process.pid() + " has ended");
      }
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException(
            "process " + process.pid() + " does not stand still " + STOP + " after SIGSTOP");
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  static boolean isStopped(long pid) {
    Path tasks = PROC.resolve(pid + "/task");
    try {
      return Files.isDirectory(PROC.resolve("self")) ? allStopped(tasks) : stoppedByPs(pid);
    } catch (NoSuchFileException e) {
      return false; // the process, or a thread of it, has just ended
    } catch (IOException e) {
      throw new UncheckedIOException("the state of process " + pid + " cannot be read", e);
    }
  }

  private static boolean allStopped(Path tasks) throws IOException {
    try (Stream<Path> threads = Files.list(tasks)) {
      for (Path thread : threads.toList()) {
        // proc(5): the state follows the command's name, which is in parentheses.
        String stat = Files.readString(thread.resolve("stat"), UTF_8);
        if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
          return false;
        }
      }
    }
    return true;
  }

  /** Without /proc, as on macOS. */
  private static boolean stoppedByPs(long pid) throws IOException {
    Process ps =
        new ProcessBuilder("ps", "-o", "state=", "-p", String.valueOf(pid))
            .redirectErrorStream(true)
            .start();
    return new String(ps.getInputStream().readAllBytes(), UTF_8).strip().startsWith("T");
  }
}
