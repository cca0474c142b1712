package dev.thaw.testing.internal.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that keeps from one run to the next what takes long to make: an unpacked server with
 * its initial data, certificates.
 *
 * <p>Each thing is a folder that is built under another name and renamed when it is whole, so a
 * process that dies half-way leaves nothing that looks usable. A file lock lets one process at a
 * time build. Only the user can read what is in them.
 */
final class CacheFolder {
  private static final Logger LOG = LoggerFactory.getLogger(CacheFolder.class);

  /** A file lock belongs to the JVM; this one is for the threads within. */
  private static final Object THREADS = new Object();

  private static final String UNFINISHED = ".unfinished-";

  private final Path folder;

  CacheFolder(Path folder) {
    this.folder = folder;
  }

  /** Returns the cache that the settings ask for, or the platform's usual place. */
  static CacheFolder of(TestSettings settings) {
    return new CacheFolder(
        settings.get(TestSettings.CACHE).map(Path::of).orElseGet(() -> usualPlace(settings)));
  }

  private static Path usualPlace(TestSettings settings) {
    Path home = Path.of(settings.property("user.home").orElse("."));
    boolean mac =
        settings.property("os.name").orElse("").toLowerCase(Locale.ROOT).startsWith("mac");
    return settings
        .environment("XDG_CACHE_HOME")
        .map(Path::of)
        .orElseGet(() -> mac ? home.resolve("Library/Caches") : home.resolve(".cache"))
        .resolve("thaw");
  }

  /** Makes something in an empty folder. */
  @FunctionalInterface
  interface Builder {
    void build(Path folder) throws IOException, InterruptedException;
  }

  /** Tells whether what was made earlier is all there and may be used. */
  @FunctionalInterface
  interface Check {
    boolean isUsable(Path folder) throws IOException;
  }

  /**
   * Returns the folder of this name, building it if it is not there or cannot be used.
   *
   * @throws IOException if the folder cannot be written or the builder fails
   */
  Path get(String name, Check check, Builder builder) throws IOException, InterruptedException {
    Path target = folder.toAbsolutePath().resolve(name);
    if (check.isUsable(target)) {
      return target;
    }
    synchronized (THREADS) {
      createFolder();
      try (FileChannel lock =
          FileChannel.open(
              folder.resolve(name + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE)) {
        lock.lock();
        if (!check.isUsable(target)) {
          deleteLeftovers(name);
          build(builder, target);
        }
        return target;
      }
    }
  }

  private void createFolder() throws IOException {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new IOException(
          "cannot create the folder "
              + folder
              + ": set "
              + TestSettings.CACHE
              + " to one that can be written",
          e);
    }
  }

  private void build(Builder builder, Path target) throws IOException, InterruptedException {
    LOG.debug("Building {}", target);
    String prefix = target.getFileName() + UNFINISHED;
    Path unfinished = Files.createTempDirectory(folder.toAbsolutePath(), prefix);
    try {
      builder.build(unfinished);
      rename(unfinished, target);
    } catch (IOException | InterruptedException | RuntimeException e) {
      deleteTree(unfinished);
      throw e;
    }
  }

  private static void rename(Path source, Path target) throws IOException {
    try {
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException(
          "the folder of "
              + target
              + " cannot rename atomically: set "
              + TestSettings.CACHE
              + " to one on a local disk",
          e);
    }
  }

  /** Under the lock, whatever is unfinished belongs to a process that has died. */
  private void deleteLeftovers(String name) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path path : files.toList()) {
        String file = path.getFileName().toString();
        if (file.equals(name) || file.startsWith(name + UNFINISHED)) {
          LOG.debug("Deleting {}, which cannot be used", path);
          deleteTree(path);
        }
      }
    }
  }

  /** Copies the content of one directory into another. */
  static void copyTree(Path source, Path target) throws IOException {
    try (Stream<Path> paths = Files.walk(source)) {
      for (Path path : paths.skip(1).toList()) {
        Files.copy(path, target.resolve(source.relativize(path)));
      }
    }
  }

  static void deleteTree(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
