package dev.thaw.testing.lambda;

import static java.util.Objects.requireNonNull;

import dev.thaw.testing.internal.lambda.FunctionSettings;
import dev.thaw.testing.internal.lambda.RuntimeProgram;
import dev.thaw.testing.internal.process.ClassPaths;
import dev.thaw.testing.internal.util.SetOnce;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A builder of a {@link LambdaFunction} in which each value may be set once.
 *
 * <p>The bounds are Lambda's own ("Lambda quotas", "CreateFunction"). Not thread-safe.
 */
public final class LambdaFunctionBuilder {
  private static final Pattern HANDLER = Pattern.compile("[\\w$.]+(::[\\w$]+)?");
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9-_]{1,64}");
  private static final Pattern VARIABLE = Pattern.compile("[a-zA-Z][a-zA-Z0-9_]+");
  private static final Set<String> RESERVED =
      Set.of(
          "_HANDLER",
          "_X_AMZN_TRACE_ID",
          "AWS_EXECUTION_ENV",
          "LAMBDA_RUNTIME_DIR",
          "LAMBDA_TASK_ROOT");
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration MAX_TIMEOUT = Duration.ofMinutes(15);
  private static final Duration DEFAULT_INIT_TIMEOUT = Duration.ofSeconds(60);
  private static final int DEFAULT_MEMORY = 512;

  private final String handler;
  private final @Nullable Class<?> handlerClass;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final List<String> jvmArguments = new ArrayList<>();
  private @Nullable String name;
  private @Nullable Duration timeout;
  private @Nullable Duration initTimeout;
  private @Nullable Integer memorySize;
  private @Nullable Boolean snapStart;
  private @Nullable Boolean freezes;
  private @Nullable Integer reservedConcurrency;
  private @Nullable Path javaHome;
  private @Nullable List<Path> classPath;
  private @Nullable Path deploymentPackage;

  LambdaFunctionBuilder(String handler, @Nullable Class<?> handlerClass) {
    requireNonNull(handler, "handler");
    if (!HANDLER.matcher(handler).matches()) {
      throw new IllegalArgumentException(
          "handler is \""
              + handler
              + "\", allowed is a class or a class and a method, such as"
              + " com.example.ListAssets::handleRequest");
    }
    this.handler = handler;
    this.handlerClass = handlerClass;
  }

  /**
   * Sets the function's name; by default the simple name of the handler's class.
   *
   * @param value the name
   * @return this builder
   * @throws IllegalArgumentException if it is not 1 to 64 letters, digits, hyphens and underscores
   * @throws IllegalStateException if it is set already
   */
  public LambdaFunctionBuilder name(String value) {
    if (!NAME.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "name is \"" + value + "\", allowed are 1 to 64 letters, digits, - and _");
    }
    this.name = SetOnce.value(name, value, "name");
    return this;
  }

  /**
   * Sets the longest time of an invocation; by default three seconds.
   *
   * @param value the timeout
   * @return this builder
   * @throws IllegalArgumentException if it is not between one millisecond and 15 minutes. Lambda
   *     takes whole seconds; a test may want less
   * @throws IllegalStateException if it is set already
   */
  public LambdaFunctionBuilder timeout(Duration value) {
    requireBetween("timeout", value, MAX_TIMEOUT);
    this.timeout = SetOnce.value(timeout, value, "timeout");
    return this;
  }

  /**
   * Sets the longest time of an initialisation and of a restore, with their hooks; by default 60
   * seconds. In Lambda it is ten for an initialisation on demand and for a restore, but a laptop is
   * slower.
   *
   * @param value the timeout
   * @return this builder
   * @throws IllegalArgumentException if it is not between one millisecond and 15 minutes
   * @throws IllegalStateException if it is set already
   */
  public LambdaFunctionBuilder initTimeout(Duration value) {
    requireBetween("initTimeout", value, MAX_TIMEOUT);
    this.initTimeout = SetOnce.value(initTimeout, value, "initTimeout");
    return this;
  }

  /**
   * Sets the memory; by default 512 MB. The largest heap is 85 percent of it.
   *
   * @param megabytes the memory, in megabytes
   * @return this builder
   * @throws IllegalArgumentException if it is not 128 to 10240
   * @throws IllegalStateException if it is set already
   */
  public LambdaFunctionBuilder memorySize(int megabytes) {
    if (megabytes < 128 || megabytes > 10_240) {
      throw new IllegalArgumentException(
          "memorySize is " + megabytes + ", allowed are 128 to 10240 (megabytes)");
    }
    this.memorySize = SetOnce.value(memorySize, megabytes, "memorySize");
    return this;
  }

  /**
   * Sets an environment variable. The function sees only those that are set here and Lambda's own,
   * none of this JVM. Region and credentials ({@code AWS_REGION}, {@code AWS_ACCESS_KEY_ID} and so
   * on), which Lambda sets by itself, may be set; by default they are {@code us-east-1} and values
   * that mean nothing. With {@link #snapStart(boolean) SnapStart} the function does not see the
   * keys, as in Lambda, but where to ask for them ({@code AWS_CONTAINER_CREDENTIALS_FULL_URI}).
   *
   * @param variable the variable's name
   * @param value its value
   * @return this builder
   * @throws IllegalArgumentException if Lambda takes no variable of that name
   * @throws IllegalStateException if it is set already
   */
  public LambdaFunctionBuilder environment(String variable, String value) {
    if (!VARIABLE.matcher(variable).matches()
        || RESERVED.contains(variable)
        || variable.toUpperCase(Locale.ROOT).startsWith("AWS_LAMBDA_")) {
      throw new IllegalArgumentException(
          "environment variable is \""
              + variable
              + "\", allowed are two or more letters, digits and _, a letter first, and none that"
              + " Lambda reserves");
    }
    if (environment.putIfAbsent(variable, requireNonNull(value, variable)) != null) {
      throw new IllegalStateException("environment variable " + variable + " is set already");
    }
    return this;
  }

  /**
   * Sets several environment variables, such as those of {@link
   * dev.thaw.testing.aws.FakeSecretsManager#environment()}.
   *
   * @param variables names and values
   * @return this builder
   * @throws IllegalArgumentException if Lambda takes no variable of one of the names
   * @throws IllegalStateException if one is set already
   */
  public LambdaFunctionBuilder environment(Map<String, String> variables) {
    variables.forEach(this::environment);
    return this;
  }

  /**
   * Sets whether environments are restored from a snapshot; by default not.
   *
   * @param value whether they are
   * @return this builder
   * @throws IllegalStateException if it is set already
   */
  public LambdaFunctionBuilder snapStart(boolean value) {
    this.snapStart = SetOnce.value(snapStart, value, "snapStart");
    return this;
  }

  /**
   * Sets whether an environment stands still while it has no invocation; by default it does, as in
   * Lambda. Stopping and continuing a process takes some milliseconds per invocation.
   *
   * @param value whether it does
   * @return this builder
   * @throws IllegalStateException if it is set already
   */
  public LambdaFunctionBuilder freezeBetweenInvocations(boolean value) {
    this.freezes = SetOnce.value(freezes, value, "freezeBetweenInvocations");
    return this;
  }

  /**
   * Sets how many environments there may be at once, snapshots and frozen ones included; by default
   * any number. What is more is rejected, as Lambda throttles.
   *
   * @param value how many
   * @return this builder
   * @throws IllegalArgumentException if it is not 1 to 1000
   * @throws IllegalStateException if it is set already
   */
  public LambdaFunctionBuilder reservedConcurrency(int value) {
    if (value < 1 || value > 1000) {
      throw new IllegalArgumentException(
          "reservedConcurrency is " + value + ", allowed are 1 to 1000");
    }
    this.reservedConcurrency = SetOnce.value(reservedConcurrency, value, "reservedConcurrency");
    return this;
  }

  /**
   * Sets the JDK or JRE that runs the function; by default that of this JVM.
   *
   * @param value its folder
   * @return this builder
   * @throws IllegalArgumentException if there is no {@code bin/java} in it
   * @throws IllegalStateException if it is set already
   */
  public LambdaFunctionBuilder javaHome(Path value) {
    if (!Files.isExecutable(value.resolve("bin").resolve("java"))) {
      throw new IllegalArgumentException(
          "javaHome is " + value + ", allowed is a folder with an executable bin/java");
    }
    this.javaHome = SetOnce.value(javaHome, value.toAbsolutePath(), "javaHome");
    return this;
  }

  /**
   * Adds options of the JVM, which come after Lambda's own: {@code -XX:TieredStopAtLevel=1}, {@code
   * -XX:+UseSerialGC} and the size of the heap.
   *
   * @param values the options
   * @return this builder
   */
  public LambdaFunctionBuilder jvmArguments(String... values) {
    jvmArguments.addAll(Arrays.asList(values));
    return this;
  }

  /**
   * Sets the function's class path; by default it is that of this JVM. Lambda's runtime is added to
   * it.
   *
   * @param values folders and jars
   * @return this builder
   * @throws IllegalArgumentException if one does not exist
   * @throws IllegalStateException if it or a deployment package is set already
   */
  public LambdaFunctionBuilder classPath(List<Path> values) {
    for (Path value : values) {
      if (!Files.exists(value)) {
        throw new IllegalArgumentException("classPath has " + value + ", which does not exist");
      }
    }
    requireNoCode();
    this.classPath = SetOnce.value(classPath, List.copyOf(values), "classPath");
    return this;
  }

  /**
   * Lets the function run from its unpacked deployment package: classes at the root, jars in {@code
   * lib}. Lambda's runtime loads them from there with a class loader of its own, as it does from
   * {@code /var/task}, and nothing of this JVM's class path reaches the function.
   *
   * @param folder the folder with what is in the zip
   * @return this builder
   * @throws IllegalArgumentException if it is not a folder
   * @throws IllegalStateException if it or a class path is set already
   */
  public LambdaFunctionBuilder deploymentPackage(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "deploymentPackage is " + folder + ", allowed is a folder");
    }
    requireNoCode();
    this.deploymentPackage = folder.toAbsolutePath();
    return this;
  }

  private void requireNoCode() {
    if (classPath != null || deploymentPackage != null) {
      throw new IllegalStateException("classPath or deploymentPackage is set already");
    }
  }

  /**
   * Returns the function. No environment is started before the first invocation.
   *
   * @return the function
   * @throws IllegalStateException if Lambda's Java runtime is not on the class path, or the system
   *     is not Linux
   */
  public LambdaFunction start() {
    RuntimeProgram.requireSupported();
    return new LambdaFunction(
        new FunctionSettings(
            name == null ? defaultName() : name,
            handler,
            timeout == null ? DEFAULT_TIMEOUT : timeout,
            initTimeout == null ? DEFAULT_INIT_TIMEOUT : initTimeout,
            memorySize == null ? DEFAULT_MEMORY : memorySize,
            environment,
            snapStart != null && snapStart,
            freezes == null || freezes,
            javaHome == null ? Path.of(System.getProperty("java.home")) : javaHome,
            jvmArguments,
            effectiveClassPath(),
            deploymentPackage),
        reservedConcurrency == null ? Integer.MAX_VALUE : reservedConcurrency);
  }

  private String defaultName() {
    String type = handler.replaceFirst("::.*", "");
    String simple = type.substring(Math.max(type.lastIndexOf('.'), type.lastIndexOf('$')) + 1);
    return simple.isEmpty() ? "function" : simple.substring(0, Math.min(simple.length(), 64));
  }

  private List<String> effectiveClassPath() {
    if (deploymentPackage != null) {
      return List.of();
    }
    if (classPath != null) {
      return classPath.stream().map(path -> path.toAbsolutePath().toString()).toList();
    }
    Set<String> all = new LinkedHashSet<>();
    if (handlerClass != null) {
      all.add(ClassPaths.origin(handlerClass).toString());
    }
    all.addAll(ClassPaths.current());
    return List.copyOf(all);
  }

  private static void requireBetween(String what, Duration value, Duration max) {
    if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          what + " is " + value + ", allowed are PT0.001S to " + max);
    }
  }
}
