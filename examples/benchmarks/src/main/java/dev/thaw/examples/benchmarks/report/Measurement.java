package dev.thaw.examples.benchmarks.report;

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
    return quantile(0.5);
  }

  /** Returns the least value. */
  public double min() {
    return quantile(0);
  }

  /** Returns the greatest value. */
  public double max() {
    return quantile(1);
  }

  /**
   * Returns the value below which a share of the values lies; between two values it is as far from
   * each as the share says.
   *
   * @param share 0 for the least, 1 for the greatest
   */
  double quantile(double share) {
    double[] sorted = samples.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
