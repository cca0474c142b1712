package dev.thaw.secrets;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The live objects of a JVM, in a file. */
final class HeapDump {
  private HeapDump() {}

  /** Dumps this JVM with the JDK's own tool. */
  static void write(Path file) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                String.valueOf(ProcessHandle.current().pid()),
                "GC.heap_dump",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(file.resolveSibling("jcmd.txt").toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IOException("jcmd: " + Files.readString(file.resolveSibling("jcmd.txt")));
    }
  }

  /** Returns whether a text is in a dump, in any form in which the JVM holds characters. */
  static boolean contains(Path file, String text) throws IOException {
    byte[] heap = Files.readAllBytes(file);
    return List.of(
            StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE)
        .stream()
        .anyMatch(charset -> contains(heap, text.getBytes(charset)));
  }

  private static boolean contains(byte[] heap, byte[] text) {
    for (int i = 0; i <= heap.length - text.length; i++) {
      int n = 0;
      while (n < text.length && heap[i + n] == text[n]) {
        n++;
      }
      if (n == text.length) {
        return true;
      }
    }
    return false;
  }
}
