package dev.thaw.testing.internal.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What an environment writes to its standard output and standard error.
 *
 * <p>A file and not a pipe: all that a process has written before it reports a response is in the
 * file then, while a reader of a pipe may still be behind. Thread-safe.
 */
final class OutputFile {
  private final Path file;
  private long taken;

  OutputFile(Path file) {
    this.file = file;
  }

  Path file() {
    return file;
  }

  /** Returns what has been written since the last call. */
  synchronized String take() {
    byte[] bytes = read(taken);
    taken += bytes.length;
    return new String(bytes, UTF_8);
  }

  private byte[] read(long from) {
    if (!Files.exists(file)) {
      return new byte[0]; // deleted with the function
    }
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[Math.toIntExact(in.length() - from)];
      in.seek(from);
      in.readFully(bytes);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException("the output of an environment cannot be read", e);
    }
  }
}
