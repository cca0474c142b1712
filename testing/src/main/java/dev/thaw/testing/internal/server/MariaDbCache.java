package dev.thaw.testing.internal.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that keeps an unpacked server and its initial data from one run to the next.
 *
 * <p>An installation is built under another name and renamed when it is whole, so a process that
 * dies half-way leaves nothing that looks usable. A file lock lets one process at a time build.
 */
final class MariaDbCache {
  private static final Logger LOG = LoggerFactory.getLogger(MariaDbCache.class);

  /** A file lock belongs to the JVM; this one is for the threads within. */
  private static final Object THREADS = new Object();

  private final Path folder;

  MariaDbCache(Path folder) {
    this.folder = folder;
  }

  /** Returns the cache that the settings ask for, or the platform's usual place. */
  static MariaDbCache of(TestSettings settings) {
    return new MariaDbCache(
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

  /**
   * Returns the installation of a server, building it if it is not there yet.
   *
   * @throws IOException if the folder cannot be written or the server does not run here
   */
  MariaDbInstallation install(MariaDbBinaries binaries) throws IOException, InterruptedException {
    String name = binaries.id() + "-" + MariaDbInstallation.dataFormat();
    Path target = folder.toAbsolutePath().resolve(name);
    if (isWhole(target, binaries)) {
      return new MariaDbInstallation(target);
    }
    synchronized (THREADS) {
      createFolder();
      try (FileChannel lock =
          FileChannel.open(
              folder.resolve(name + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE)) {
        lock.lock();
        if (!isWhole(target, binaries)) {
          deleteLeftovers(name);
          build(binaries, target);
        }
        return new MariaDbInstallation(target);
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
              + " for the embedded MariaDB: set "
              + TestSettings.CACHE
              + " to one that can be written",
          e);
    }
  }

  private static boolean isWhole(Path target, MariaDbBinaries binaries) throws IOException {
    return Files.isDirectory(target.resolve("data/mysql")) && binaries.isUnpackedIn(target);
  }

  private void build(MariaDbBinaries binaries, Path target)
      throws IOException, InterruptedException {
    LOG.debug("Unpacking MariaDB {} into {}", binaries.version(), target);
    Path unfinished = Files.createTempDirectory(folder.toAbsolutePath(), prefix(target));
    try {
      binaries.unpackInto(unfinished);
      new MariaDbInstallation(unfinished).createData();
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

  private static String prefix(Path target) {
    return target.getFileName() + ".unfinished-";
  }

  /** Under the lock, whatever is unfinished belongs to a process that has died. */
  private void deleteLeftovers(String name) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> dead =
          files
              .filter(path -> path.getFileName().toString().startsWith(name))
              .filter(path -> !path.getFileName().toString().endsWith(".lock"))
              .toList();
      for (Path path : dead) {
        LOG.debug("Deleting {}, which is not whole", path);
        deleteTree(path);
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
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException failure)
              throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
