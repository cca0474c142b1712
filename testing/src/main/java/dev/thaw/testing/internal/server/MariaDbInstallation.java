package dev.thaw.testing.internal.server;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * An unpacked server with a data directory to copy.
 *
 * @param folder holds {@code bin}, {@code share} and {@code data}
 */
record MariaDbInstallation(Path folder) {
  /**
   * What the data directory is created with and each start repeats. Throw-away data needs no
   * protection from a loss of power, and small files are quick to copy. Linux's native asynchronous
   * I/O is off, as the kernel's limit on it ({@code fs.aio-max-nr}) is shared by all processes.
   */
  private static final List<String> STORAGE =
      List.of(
          "--innodb-log-file-size=4M",
          "--innodb-undo-tablespaces=0",
          "--innodb-data-file-path=ibdata1:5M:autoextend",
          "--innodb-temp-data-file-path=ibtmp1:2M:autoextend",
          "--innodb-autoextend-increment=1",
          "--innodb-buffer-pool-size=32M",
          "--innodb-buffer-pool-load-at-startup=0",
          "--innodb-buffer-pool-dump-at-shutdown=0",
          "--innodb-flush-method=nosync",
          "--innodb-flush-log-at-trx-commit=0",
          "--innodb-doublewrite=0",
          "--innodb-use-native-aio=0",
          "--sync-frm=0",
          "--aria-pagecache-buffer-size=8M",
          "--max-allowed-packet=64M");

  /** What MariaDB's own mariadb-install-db feeds to the server, without the test database. */
  private static final List<String> SYSTEM_TABLES =
      List.of(
          "mariadb_system_tables.sql",
          "mariadb_performance_tables.sql",
          "mariadb_system_tables_data.sql",
          "maria_add_gis_sp_bootstrap.sql",
          "mariadb_sys_schema.sql");

  private static final long BOOTSTRAP_SECONDS = 120;
  private static final int LOG_LINES = 15;

  /**
   * Returns the installation that the cache keeps of a server, made now if there is none.
   *
   * @throws IOException if the folder cannot be written or the server does not run here
   */
  static MariaDbInstallation in(CacheFolder cache, MariaDbBinaries binaries)
      throws IOException, InterruptedException {
    return new MariaDbInstallation(
        cache.get(
            binaries.id() + "-" + dataFormat(),
            folder ->
                Files.isDirectory(folder.resolve("data/mysql")) && binaries.isUnpackedIn(folder),
            folder -> {
              binaries.unpackInto(folder);
              new MariaDbInstallation(folder).createData();
            }));
  }

  Path data() {
    return folder.resolve("data");
  }

  /** Returns a name that changes with anything that makes kept data directories unusable. */
  static String dataFormat() {
    return Integer.toHexString(List.of(STORAGE, SYSTEM_TABLES).hashCode());
  }

  /**
   * Returns the command that runs the server, to be completed.
   *
   * @param dataDirectory a directory that this process has created
   */
  List<String> command(Path dataDirectory) throws IOException {
    Path share = share();
    List<String> command = new ArrayList<>();
    command.add(folder.resolve("bin/mariadbd").toString());
    command.add("--no-defaults");
    command.add("--basedir=" + folder);
    command.add("--datadir=" + dataDirectory);
    // A server that starts deletes the temporary tables in it, those of other servers too.
    command.add("--tmpdir=" + dataDirectory);
    command.add("--lc-messages-dir=" + share);
    command.add("--character-sets-dir=" + share.resolve("charsets"));
    command.addAll(STORAGE);
    if (ownerIsRoot(dataDirectory)) {
      // Without it the server refuses to run as root.
      command.add("--user=root");
    }
    return command;
  }

  /**
   * Creates the data directory with the system tables and without any user who could log in, as
   * mariadb-install-db does; that script looks for programs in places where they are not.
   */
  void createData() throws IOException, InterruptedException {
    Files.createDirectory(data());
    Path log = folder.resolve("bootstrap.log");
    List<String> command = command(data());
    command.add("--bootstrap");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(log.toFile()))
            .start();
    try {
      boolean fed = feed(process);
      boolean ended = process.waitFor(BOOTSTRAP_SECONDS, TimeUnit.SECONDS);
      if (!fed || !ended || process.exitValue() != 0) {
        throw new IOException("cannot create the system tables, its log ends with:\n" + tail(log));
      }
    } finally {
      process.destroyForcibly();
    }
    Files.delete(log);
  }

  private static String tail(Path log) throws IOException {
    // The messages of the operating system in it may be in any character set.
    List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
  }

  private boolean feed(Process process) {
    try (OutputStream in = process.getOutputStream()) {
      write(in, "CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n");
      for (String file : SYSTEM_TABLES) {
        Files.copy(share().resolve(file), in);
        write(in, "\n");
      }
      // Users of the release's own making have no password. mariadb.sys cannot log in, and its
      // views need it.
      write(in, "DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys';\n");
      write(in, "DELETE FROM mysql.proxies_priv;\n");
      return true;
    } catch (IOException e) {
      // The server has gone, and its log says why.
      return false;
    }
  }

  private static void write(OutputStream out, String sql) throws IOException {
    out.write(sql.getBytes(StandardCharsets.UTF_8));
  }

  /** Finds the folder that holds the messages, which differs between the platforms. */
  private Path share() throws IOException {
    Path root = folder.resolve("share");
    try (Stream<Path> folders = Stream.of(root, root.resolve("mysql"))) {
      return folders
          .filter(path -> Files.exists(path.resolve("english/errmsg.sys")))
          .findFirst()
          .orElseThrow(() -> new IOException("no share/english/errmsg.sys in " + folder));
    }
  }

  private static boolean ownerIsRoot(Path ownDirectory) throws IOException {
    return Integer.valueOf(0).equals(Files.getAttribute(ownDirectory, "unix:uid"));
  }
}
