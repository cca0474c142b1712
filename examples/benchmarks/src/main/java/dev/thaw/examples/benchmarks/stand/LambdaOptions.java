package dev.thaw.examples.benchmarks.stand;

import java.util.List;

/** The options that AWS Lambda's managed runtime starts a JVM with. */
public final class LambdaOptions {
  /** The options, in their order. */
  public static final List<String> LIST = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private LambdaOptions() {}
}
