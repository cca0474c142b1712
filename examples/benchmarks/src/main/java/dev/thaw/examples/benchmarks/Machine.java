package dev.thaw.examples.benchmarks;

import dev.thaw.testing.DatabaseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Says when and on what a run was made. */
final class Machine {
  /** The fact that names the database server. */
  static final String SERVER = "server";

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Machine() {}

  /** Returns what is known before anything is measured; starts the database once to ask it. */
  static Map<String, String> facts() throws IOException {
    Map<String, String> facts = new TreeMap<>();
    facts.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    facts.put(
        "machine",
        Runtime.getRuntime().availableProcessors()
            + " processors, "
            + processor()
            + ", "
            + System.getProperty("os.name")
            + " "
            + version(System.getProperty("os.version"))
            + " "
            + System.getProperty("os.arch"));
    facts.put("java", System.getProperty("java.version"));
    facts.put(
        "command",
        "mvn -B -q -Pbench -DskipTests verify -Dbench="
            + Options.text("bench")
            + " -Dbench.rounds="
            + Options.text("bench.rounds")
            + option("bench.router"));
    try (DatabaseServer server = DatabaseServer.builder().start()) {
      facts.put(SERVER, server.version() + " (" + server.kind() + ")");
    }
    return facts;
  }

  private static String option(String name) {
    String value = Options.text(name);
    return value.isEmpty() ? "" : " -D" + name + "=" + value;
  }

  /** Returns a kernel's version without what its builder has added. */
  private static String version(String all) {
    int end = all.indexOf('-');
    return end < 0 ? all : all.substring(0, end);
  }

  private static String processor() throws IOException {
    if (!Files.isReadable(CPU_INFO)) {
      return "model not known";
    }
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("model not known");
    }
  }
}
