package dev.thaw.testing.internal.server;

import dev.thaw.testing.internal.dependency.OptionalDependency;
import java.lang.module.ModuleDescriptor.Version;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds Testcontainers and its MySQL module, of 1.x or 2.x, without linking them. */
final class Testcontainers {
  private static final String OLDEST = "1.21";
  private static final String CORE_CLASS = "org.testcontainers.DockerClientFactory";

  /** That of 2.x first, which deprecates the other. */
  private static final List<String> CONTAINER_CLASSES =
      List.of(
          "org.testcontainers.mysql.MySQLContainer",
          "org.testcontainers.containers.MySQLContainer");

  private Testcontainers() {}

  /** Returns what stands against the use of what is on the class path, or empty. */
  static Optional<ServerSource.Obstacle> obstacle(@Nullable ClassLoader loader) {
    Class<?> container = containerClass(loader);
    Class<?> core = find(CORE_CLASS, loader);
    if (container == null || core == null) {
      return Optional.of(
          new ServerSource.Obstacle(
              "Testcontainers' MySQL module is not on the class path",
              OptionalDependency.TESTCONTAINERS.cure(),
              true));
    }
    String version = core.getPackage().getImplementationVersion();
    if (version != null && isTooOld(version)) {
      return Optional.of(
          new ServerSource.Obstacle(
              "Testcontainers " + version + " is on the class path and " + OLDEST + " is needed",
              "Set the version of org.testcontainers to "
                  + OLDEST
                  + " or later; where Spring Boot manages it, by the property"
                  + " testcontainers.version.",
              true));
    }
    // On the module path, Testcontainers is no module that ours could require (the name of the
    // module would come from its file's name).
    Testcontainers.class.getModule().addReads(container.getModule());
    return Optional.empty();
  }

  /** Returns the class of MySQL's container, or {@code null} if there is none. */
  static @Nullable Class<?> containerClass(@Nullable ClassLoader loader) {
    for (String name : CONTAINER_CLASSES) {
      Class<?> container = find(name, loader);
      if (container != null) {
        return container;
      }
    }
    return null;
  }

  private static @Nullable Class<?> find(String name, @Nullable ClassLoader loader) {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException | NoClassDefFoundError e) {
      return null;
    }
  }

  private static boolean isTooOld(String version) {
    try {
      return Version.parse(version).compareTo(Version.parse(OLDEST)) < 0;
    } catch (IllegalArgumentException e) {
      return false; // no version that one could judge by
    }
  }
}
