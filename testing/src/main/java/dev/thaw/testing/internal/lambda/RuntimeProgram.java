package dev.thaw.testing.internal.lambda;

import dev.thaw.testing.internal.dependency.OptionalDependency;
import dev.thaw.testing.internal.process.ChildJvm;
import dev.thaw.testing.internal.process.ClassPaths;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lambda's Java runtime as a program: its command line and its environment variables. */
public final class RuntimeProgram {
  private static final String MAIN = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";

  /** One class of each jar that the runtime needs. */
  private static final List<String> CLASSES =
      List.of(
          MAIN,
          "com.amazonaws.services.lambda.runtime.Context",
          "com.amazonaws.services.lambda.runtime.serialization.PojoSerializer",
          "software.amazon.awssdk.utilslite.SdkInternalThreadLocal");

  // A 256 MB function of the managed runtime shows -XX:MaxHeapSize=222823k, which is 85 percent.
  private static final int HEAP_PERCENT = 85;

  // JEP 472: the JVM writes four lines into the log when the runtime loads its native part.
  private static final int WARNS_OF_NATIVE_CODE = 24;

  private static final Pattern VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"(\\d+)");

  private RuntimeProgram() {}

  /**
   * Checks that the runtime can run here.
   *
   * @throws IllegalStateException if it is not there, or this system is none that it runs on
   */
  public static void requireSupported() {
    String system = System.getProperty("os.name", "");
    if (!system.equals("Linux")) {
      throw new IllegalStateException(
          "a LambdaFunction runs on Linux only, since AWS's own Java runtime has native code for"
              + " no other system; this is "
              + system);
    }
    var unused = jars();
  }

  /**
   * Returns the jars of Lambda's Java runtime.
   *
   * @throws IllegalStateException if they are not there
   */
  static List<String> jars() {
    Set<String> jars = new LinkedHashSet<>();
    CLASSES.forEach(name -> jars.add(ClassPaths.origin(load(name)).toString()));
    return List.copyOf(jars);
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, RuntimeProgram.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "a LambdaFunction runs under AWS's own Java runtime, which is not on the class path. "
              + OptionalDependency.LAMBDA_RUNTIME.cure(),
          e);
    }
  }

  static ChildJvm start(
      FunctionSettings settings, String id, RuntimeApi api, Path folder, Path output) {
    Path taskRoot = settings.deploymentPackage() == null ? folder : settings.deploymentPackage();
    return ChildJvm.start(
        id,
        settings.javaHome(),
        arguments(settings, folder),
        environment(settings, api, taskRoot),
        taskRoot,
        output);
  }

  private static List<String> arguments(FunctionSettings settings, Path folder) {
    Set<String> classPath = new LinkedHashSet<>(settings.classPath());
    classPath.addAll(jars());
    List<String> arguments = new ArrayList<>();
    arguments.add("-Xmx" + (long) settings.memorySize() * 1024 * HEAP_PERCENT / 100 + "k");
    arguments.add("-XX:+UseSerialGC");
    arguments.add("-XX:TieredStopAtLevel=1");
    // Without it, hooks that are registered with org.crac do not run.
    arguments.add("-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac");
    arguments.add("-D" + NativeClient.PROPERTY + "=" + NativeClient.library(load(MAIN), folder));
    if (feature(settings.javaHome()) >= WARNS_OF_NATIVE_CODE) {
      arguments.add("--enable-native-access=ALL-UNNAMED");
    }
    arguments.addAll(settings.jvmArguments());
    arguments.add("-cp");
    arguments.add(String.join(File.pathSeparator, classPath));
    arguments.add(MAIN);
    arguments.add(settings.handler());
    return arguments;
  }

  /** Returns the feature release of a JDK or JRE, 0 if it does not say. */
  private static int feature(Path javaHome) {
    try {
      Matcher version = VERSION.matcher(Files.readString(javaHome.resolve("release")));
      return version.find() ? Integer.parseInt(version.group(1)) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /** AWS documents the names ("Defined runtime environment variables"). */
  private static Map<String, String> environment(
      FunctionSettings settings, RuntimeApi api, Path taskRoot) {
    Map<String, String> variables = new HashMap<>();
    variables.put("LANG", "en_US.UTF-8");
    variables.put("PATH", "/usr/local/bin:/usr/bin/:/bin");
    variables.put("TZ", ":UTC");
    variables.put("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
    variables.put("AWS_SECRET_ACCESS_KEY", "thaw-lambda-function");
    variables.put("AWS_SESSION_TOKEN", "thaw-lambda-function");
    variables.put("AWS_REGION", settings.region());
    variables.put("AWS_DEFAULT_REGION", settings.region());
    variables.putAll(settings.environment());
    if (settings.snapStart()) {
      api.credentials(RoleCredentials.moved(variables, api.address()));
    }
    variables.put("_HANDLER", settings.handler());
    variables.put("AWS_EXECUTION_ENV", "AWS_Lambda_java" + Runtime.version().feature());
    variables.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", String.valueOf(settings.memorySize()));
    variables.put("AWS_LAMBDA_FUNCTION_NAME", settings.name());
    variables.put("AWS_LAMBDA_FUNCTION_VERSION", settings.snapStart() ? "1" : "$LATEST");
    variables.put(
        "AWS_LAMBDA_INITIALIZATION_TYPE", settings.snapStart() ? "snap-start" : "on-demand");
    variables.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + settings.name());
    variables.put("AWS_LAMBDA_LOG_STREAM_NAME", logStream(variables));
    variables.put("AWS_LAMBDA_RUNTIME_API", api.address());
    variables.put("LAMBDA_RUNTIME_DIR", taskRoot.toString());
    variables.put("LAMBDA_TASK_ROOT", taskRoot.toString());
    return variables;
  }

  private static String logStream(Map<String, String> variables) {
    return DateTimeFormatter.ofPattern("uuuu/MM/dd").format(LocalDate.now(ZoneOffset.UTC))
        + "/["
        + variables.get("AWS_LAMBDA_FUNCTION_VERSION")
        + "]"
        + UUID.randomUUID().toString().replace("-", "");
  }
}
