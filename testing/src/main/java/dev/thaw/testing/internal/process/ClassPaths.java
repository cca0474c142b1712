package dev.thaw.testing.internal.process;

import java.io.File;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the class path of this JVM, for a child. */
public final class ClassPaths {
  private ClassPaths() {}

  /**
   * Returns where this class comes from, followed by all else on the class path and the module path
   * of this JVM.
   *
   * @return the value of a {@code CLASSPATH} variable
   * @throws IllegalArgumentException if the class comes neither from a folder nor from a jar
   */
  public static String of(Class<?> type) {
    Set<String> entries = new LinkedHashSet<>();
    entries.add(origin(type).toString());
    current().forEach(entries::add);
    return String.join(File.pathSeparator, entries);
  }

  /** Returns what is on the class path and the module path of this JVM, as absolute paths. */
  public static List<String> current() {
    return Stream.of("java.class.path", "jdk.module.path")
        .map(name -> System.getProperty(name, ""))
        .flatMap(path -> Arrays.stream(path.split(File.pathSeparator, -1)))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .distinct()
        .toList();
  }

  /**
   * Returns the folder or the jar that a class comes from. Asks for the class file itself: the code
   * source of a test class that is patched into a module is the module's own folder.
   *
   * @throws IllegalArgumentException if the class comes neither from a folder nor from a jar
   */
  public static Path origin(Class<?> type) {
    String file = type.getName().replace('.', '/') + ".class";
    URL url = type.getResource("/" + file);
    try {
      if (url != null && url.getProtocol().equals("file")) {
        String path = Path.of(url.toURI()).toString();
        return Path.of(path.substring(0, path.length() - file.length()));
      }
      if (url != null && url.getProtocol().equals("jar")) {
        String text = url.toString();
        return Path.of(URI.create(text.substring("jar:".length(), text.indexOf("!/"))));
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("class " + type.getName() + " has an odd URL", e);
    }
    throw new IllegalArgumentException(
        "class " + type.getName() + " comes neither from a folder nor from a jar: " + url);
  }
}
