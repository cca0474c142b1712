package dev.thaw.examples.benchmarks.stand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A control group of Linux, of version 1 or 2: its processes get a share of one processor, and what
 * they use is counted.
 */
public final class ProcessorShare implements AutoCloseable {
  /** The share of a group without a limit. */
  public static final double FREE = 0;

  /** The share that a function of 512 MB has. */
  public static final double OF_512_MB = 0.29;

  // AWS does not document how often Lambda deals out its share. The shorter this is, the less a
  // time depends on when within it a start begins.
  private static final long PERIOD_MICROS = 20_000;

  private static final AtomicInteger GROUPS = new AtomicInteger();
  private static final Duration END_LIMIT = Duration.ofSeconds(2);
  private static final long END_CHECK_NANOS = Duration.ofMillis(10).toNanos();

  private final Set<Path> folders = new LinkedHashSet<>();
  private final Path usage;

  private ProcessorShare(Path cpu, Path accounts, boolean unified, Map<String, String> limits)
      throws IOException {
    String name =
        "thaw-benchmark-" + ProcessHandle.current().pid() + "-" + GROUPS.incrementAndGet();
    Path group = cpu.resolve(name);
    folders.add(group);
    folders.add(accounts.resolve(name));
    this.usage = accounts.resolve(name).resolve(unified ? "cpu.stat" : "cpuacct.usage");
    boolean complete = false;
    try {
      for (Path folder : folders) {
        Files.createDirectory(folder);
      }
      for (Map.Entry<String, String> limit : limits.entrySet()) {
        Files.writeString(group.resolve(limit.getKey()), limit.getValue());
      }
      if (!Files.exists(usage)) {
        throw new IOException("there is no " + usage);
      }
      complete = true;
    } finally {
      if (!complete) {
        close();
      }
    }
  }

  /**
   * Makes a group.
   *
   * @param processors the share of one processor, or {@link #FREE}
   * @throws IOException if this process may not, or the system has no control groups
   */
  public static ProcessorShare of(double processors) throws IOException {
    if (processors == FREE) {
      return with(Map.of(), Map.of());
    }
    String quota = String.valueOf(Math.round(processors * PERIOD_MICROS));
    String period = String.valueOf(PERIOD_MICROS);
    return with(
        Map.of("cpu.cfs_period_us", period, "cpu.cfs_quota_us", quota),
        Map.of("cpu.max", quota + " " + period));
  }

  /**
   * Makes a group with a sixteenth of the weight of others.
   *
   * @throws IOException if this process may not, or the system has no control groups
   */
  public static ProcessorShare ofWhatIsLeft() throws IOException {
    return with(Map.of("cpu.shares", "64"), Map.of("cpu.weight", "6"));
  }

  /**
   * Makes a group.
   *
   * @param first what is written to its files in version 1, by the file's name
   * @param second the same in version 2
   */
  private static ProcessorShare with(Map<String, String> first, Map<String, String> second)
      throws IOException {
    Path cpu = null;
    Path accounts = null;
    Path unified = null;
    for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
      String[] mount = line.split(" ", -1);
      List<String> options = List.of(mount[3].split(",", -1));
      if (mount[2].equals("cgroup") && options.contains("cpu")) {
        cpu = Path.of(mount[1]);
      }
      if (mount[2].equals("cgroup") && options.contains("cpuacct")) {
        accounts = Path.of(mount[1]);
      }
      if (mount[2].equals("cgroup2")) {
        unified = Path.of(mount[1]);
      }
    }
    if (cpu != null && accounts != null) {
      return new ProcessorShare(cpu, accounts, false, first);
    }
    if (unified == null) {
      throw new IOException("no control groups are mounted");
    }
    Files.writeString(unified.resolve("cgroup.subtree_control"), "+cpu");
    return new ProcessorShare(unified, unified, true, second);
  }

  /** Returns how conditions call a share. */
  public static String title(double processors) {
    return processors == FREE
        ? "free"
        : String.format(Locale.ROOT, "%.2f", processors) + " of a processor";
  }

  /** Returns a command line that enters the group and then is the given one. */
  public List<String> entering(List<String> command) {
    StringBuilder script = new StringBuilder();
    for (Path folder : folders) {
      script.append("echo $$ > ").append(folder.resolve("cgroup.procs")).append(" && ");
    }
    List<String> all = new ArrayList<>(List.of("/bin/sh", "-c", script + "exec \"$@\"", "sh"));
    all.addAll(command);
    return all;
  }

  /** Puts a running process into the group, with all its threads. */
  public void enter(long pid) throws IOException {
    for (Path folder : folders) {
      Files.writeString(folder.resolve("cgroup.procs"), String.valueOf(pid));
    }
  }

  /** Returns the file that tells what the group has used of processors. */
  public Path usage() {
    return usage;
  }

  /** Removes the group as soon as its last process has ended. */
  @Override
  public void close() {
    long end = System.nanoTime() + END_LIMIT.toNanos();
    for (Path folder : folders) {
      while (Files.exists(folder) && !folder.toFile().delete() && System.nanoTime() - end < 0) {
        LockSupport.parkNanos(END_CHECK_NANOS);
      }
    }
  }
}
