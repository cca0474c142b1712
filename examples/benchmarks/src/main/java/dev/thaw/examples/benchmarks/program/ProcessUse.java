package dev.thaw.examples.benchmarks.program;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What this process has used so far, as Linux tells it; elsewhere -1. Needs only classes that every
 * JVM has loaded.
 */
final class ProcessUse {
  /** The variable with the file of a control group that counts in nano- or microseconds. */
  private static final String COUNTER = "BENCH_PROCESSOR_TIME";

  // What Linux shows to programs counts in hundredths of a second on every architecture.
  private static final long MICROS_PER_TICK = 10_000;
  private static final long NANOS_PER_MICRO = 1_000;

  /** Of /proc/self/stat, behind the name of the program: proc(5), fields 14 to 17. */
  private static final int USER = 11;

  private static final int TIMES = 4;

  private ProcessUse() {}

  /**
   * Returns the processor time in microseconds, user and system: that of the control group if there
   * is one, else that of this process and of its children that have ended, in steps of 10 ms.
   */
  static long processorMicros() {
    try {
      String stat = text("/proc/self/stat");
      String counter = System.getenv(COUNTER);
      // The kernel brings the group's count up to date when it is asked about the threads.
      return counter == null ? ofStat(stat) : ofCounter(text(counter));
    } catch (IOException e) {
      return -1;
    }
  }

  static long ofStat(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = 0;
    for (int i = USER; i < USER + TIMES; i++) {
      ticks += Long.parseLong(fields[i]);
    }
    return ticks * MICROS_PER_TICK;
  }

  static long ofCounter(String text) {
    String first = text.substring(0, text.indexOf('\n'));
    return first.startsWith("usage_usec ")
        ? Long.parseLong(first.substring("usage_usec ".length()))
        : Long.parseLong(first) / NANOS_PER_MICRO;
  }

  /** Returns the most memory that it has had, in kB. */
  static long peakKilobytes() {
    try {
      return ofStatus(text("/proc/self/status"));
    } catch (IOException e) {
      return -1;
    }
  }

  static long ofStatus(String status) {
    int start = status.indexOf("VmHWM:") + "VmHWM:".length();
    return Long.parseLong(status.substring(start, status.indexOf(" kB", start)).strip());
  }

  private static String text(String file) throws IOException {
    try (FileInputStream in = new FileInputStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
