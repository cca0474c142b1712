package dev.thaw.testing.internal.lambda;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a function is set up.
 *
 * @param name its name
 * @param handler its handler, as class and method
 * @param timeout the longest time of an invocation
 * @param initTimeout the longest time of an initialisation or a restore
 * @param memorySize its memory, in megabytes
 * @param environment its environment variables, without those of Lambda itself
 * @param snapStart whether an environment is restored from a snapshot
 * @param freezes whether an environment stands still between two invocations
 * @param javaHome the JDK or JRE that runs it
 * @param jvmArguments further options of the JVM
 * @param classPath its class path; empty if it runs from a deployment package
 * @param deploymentPackage the folder with its unpacked package, if it has one
 */
public record FunctionSettings(
    String name,
    String handler,
    Duration timeout,
    Duration initTimeout,
    int memorySize,
    Map<String, String> environment,
    boolean snapStart,
    boolean freezes,
    Path javaHome,
    List<String> jvmArguments,
    List<String> classPath,
    @Nullable Path deploymentPackage) {

  private static final String DEFAULT_REGION = "us-east-1";

  /** Copies what could be changed. */
  public FunctionSettings {
    environment = Map.copyOf(environment);
    jvmArguments = List.copyOf(jvmArguments);
    classPath = List.copyOf(classPath);
  }

  String region() {
    return environment.getOrDefault("AWS_REGION", DEFAULT_REGION);
  }

  String functionArn() {
    return "arn:aws:lambda:" + region() + ":123456789012:function:" + name;
  }

  /** Returns the name only; a variable may be a secret. */
  @Override
  public String toString() {
    return name;
  }
}
