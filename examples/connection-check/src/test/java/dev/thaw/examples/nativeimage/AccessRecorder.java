package dev.thaw.examples.nativeimage;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Executable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * What a recorded JVM calls at each reflective access. It is loaded by the bootstrap loader, as the
 * JDK's own classes call it, and so uses nothing but the JDK.
 */
public final class AccessRecorder {
  private static final Set<String> SEEN = new ConcurrentSkipListSet<>();
  private static final ThreadLocal<Boolean> BUSY = new ThreadLocal<>();
  private static final StackWalker STACK = StackWalker.getInstance();

  private AccessRecorder() {}

  /**
   * Records a call of the JDK, unless it calls itself: the builder of native images knows it.
   *
   * @param method the name of what is called
   * @param self what it is called on; null if it is static
   * @param first its first argument; null if that is no object
   * @param second its second argument, likewise
   */
  public static void record(String method, Object self, Object first, Object second) {
    if (BUSY.get() != null) {
      return;
    }
    BUSY.set(true);
    try {
      // The two frames are this method's and the JDK's that calls it.
      String caller =
          STACK.walk(frames -> frames.skip(2).findFirst().map(f -> f.getClassName()).orElse(""));
      if (!caller.matches("(javax?|jdk|sun|com\\.sun)\\..*")) {
        describe(caller, method, self, first, second);
      }
    } finally {
      BUSY.remove();
    }
  }

  private static void describe(
      String caller, String method, Object self, Object first, Object second) {
    if (method.equals("getBundle")) {
      add(caller, "bundle", first, "");
    } else if (method.contains("Resource")) {
      add(caller, "resource", self instanceof Class<?> type ? absolute(type, first) : first, "");
    } else if (method.equals("forName") || method.equals("findClass")) {
      add(caller, "type", first instanceof Module ? second : first, "");
    } else if (method.equals("newProxyInstance") && second instanceof Class<?>[] interfaces) {
      for (Class<?> each : interfaces) {
        add(caller, "proxy", each.getName(), "");
      }
    } else if (self instanceof Executable called) { // Method.invoke, Constructor.newInstance
      boolean constructs = method.equals("newInstance");
      add(
          caller,
          "member",
          called.getDeclaringClass().getName(),
          constructs ? "<init>" : called.getName());
    } else if (self instanceof Class<?> type) {
      String constructor = method.endsWith("s") ? "all" : "<init>";
      add(caller, "member", type.getName(), first instanceof String named ? named : constructor);
    } else if (first instanceof Class<?> type) { // a Lookup
      add(caller, "member", type.getName(), second instanceof String named ? named : "<init>");
    }
  }

  private static String absolute(Class<?> type, Object resource) {
    String name = String.valueOf(resource);
    return name.startsWith("/")
        ? name.substring(1)
        : type.getPackageName().replace('.', '/') + "/" + name;
  }

  private static void add(String caller, String kind, Object owner, String member) {
    SEEN.add(String.join("\t", caller, kind, String.valueOf(owner), member));
  }

  /** Forgets what starting the recorder has done, and writes the rest into a file at the end. */
  public static void start(Path file) {
    SEEN.clear();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> write(file, System.err), "recorder"));
  }

  private static void write(Path file, PrintStream errors) {
    try {
      Files.write(file, List.copyOf(SEEN));
    } catch (IOException e) {
      errors.println(e); // the test misses the file
    }
  }
}
