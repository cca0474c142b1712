package dev.thaw.examples.benchmarks.report;

import java.util.Arrays;
import java.util.List;

/**
 * What was measured for one candidate under one condition.
 *
 * @param part the part of the benchmark, such as {@code cold}
 * @param metric what was measured, such as {@code start to row}
 * @param unit the unit, such as {@code ms}; empty for counts
 * @param condition under what, such as {@code https, jdk17}
 * @param candidate for whom
 * @param samples the values, at least one
 */
public record Measurement(
    String part,
    String metric,
    String unit,
    String condition,
    String candidate,
    List<Double> samples) {
  /** Checks that there is a value, and copies them. */
  public Measurement {
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("no samples of " + metric + " for " + candidate);
    }
    samples = List.copyOf(samples);
  }

  /** Returns the middle value; of an even number the mean of the two in the middle. */
  public double median() {
    double[] sorted = sorted();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Returns the least value. */
  public double min() {
    return sorted()[0];
  }

  /** Returns the greatest value. */
  public double max() {
    double[] sorted = sorted();
    return sorted[sorted.length - 1];
  }

  private double[] sorted() {
    double[] sorted = samples.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted;
  }
}
