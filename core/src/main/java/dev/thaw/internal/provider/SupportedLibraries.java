package dev.thaw.internal.provider;

import java.lang.module.ModuleDescriptor.Version;
import java.net.URL;
import java.security.CodeSource;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import org.jspecify.annotations.Nullable;

/**
 * The oldest versions of HikariCP and MySQL Connector/J that a provider works with, which {@code
 * .ci/matrix} runs the tests with.
 *
 * <p>Frameworks and other libraries decide which versions are on a class path. With one that is too
 * old a provider would fail at some later moment, with an error of linking. A version is read
 * without loading a class that the first connect would not load; one that cannot be told, as in a
 * jar that holds all libraries, is left to its user.
 */
public final class SupportedLibraries {
  private static final String CLIENT_NOT_USABLE = "08001";

  private SupportedLibraries() {}

  /**
   * Requires them.
   *
   * @throws SQLNonTransientConnectionException if a library is older, with what to do
   */
  public static void require() throws SQLException {
    require(SupportedLibraries.class.getClassLoader());
  }

  static void require(@Nullable ClassLoader loader) throws SQLException {
    Class<?> bag = find("com.zaxxer.hikari.util.ConcurrentBag", loader);
    if (bag != null) {
      String version = moduleVersion(bag);
      require(
          "com.zaxxer:HikariCP",
          version == null ? fileVersion(bag, "HikariCP-") : version,
          "6.3.3",
          "hikaricp.version");
    }
    Class<?> driver = find("com.mysql.cj.conf.HostInfo", loader);
    if (driver != null) {
      String version = moduleVersion(driver);
      require(
          "com.mysql:mysql-connector-j",
          version == null ? manifestVersion(driver, "MySQL Connector/J") : version,
          "8.4.0",
          "mysql.version");
    }
  }

  private static void require(
      String library, @Nullable String version, String oldest, String springProperty)
      throws SQLException {
    if (version != null && isBefore(version, oldest)) {
      throw new SQLNonTransientConnectionException(
          library
              + " is of version "
              + version
              + ", and Thaw needs "
              + oldest
              + " or later: set its version in your build; where Spring Boot manages it, by the"
              + " property "
              + springProperty,
          CLIENT_NOT_USABLE);
    }
  }

  private static @Nullable Class<?> find(String name, @Nullable ClassLoader loader) {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      // That it is not there is told by the first get.
      return null;
    }
  }

  private static @Nullable String moduleVersion(Class<?> type) {
    Module module = type.getModule();
    return module.isNamed() ? module.getDescriptor().rawVersion().orElse(null) : null;
  }

  /** Returns the version in a jar's manifest; a jar that holds all libraries has another title. */
  private static @Nullable String manifestVersion(Class<?> type, String title) {
    Package origin = type.getPackage();
    return title.equals(origin.getImplementationTitle()) ? origin.getImplementationVersion() : null;
  }

  /** Returns the version in a jar's name: HikariCP's manifest has none that the JVM reads. */
  private static @Nullable String fileVersion(Class<?> type, String name) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    URL location = source == null ? null : source.getLocation();
    String path = location == null ? "" : location.getPath();
    int start = path.lastIndexOf(name);
    int end = path.indexOf(".jar", Math.max(start, 0));
    return start < 0 || end < 0 ? null : path.substring(start + name.length(), end);
  }

  private static boolean isBefore(String version, String oldest) {
    try {
      return Version.parse(version).compareTo(Version.parse(oldest)) < 0;
    } catch (IllegalArgumentException e) {
      return false; // no version that one could judge by
    }
  }
}
