package dev.thaw.examples.benchmarks.part;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process has said of its cold start.
 *
 * @param main when its own code began, in microseconds since 1970
 * @param row when the row had been read
 * @param processorMicros what it had used of processors by then; negative if that is not known
 * @param peakKilobytes the most memory it had by then; negative if that is not known
 * @param steps what it did, in its order
 */
record ColdTimes(
    double main, double row, double processorMicros, double peakKilobytes, List<Step> steps) {
  private static final Pattern LINE =
      Pattern.compile("main=(\\d+) row=(\\d+) cpu=(-?\\d+) peak=(-?\\d+)([^\n]*)");

  /**
   * A step of a cold start.
   *
   * @param name what was done
   * @param end when it had been done
   */
  record Step(String name, double end) {}

  /**
   * Reads the output of a process.
   *
   * @throws IOException if it has not said what is expected
   */
  static ColdTimes parse(String output) throws IOException {
    Matcher line = LINE.matcher(output);
    if (!line.find()) {
      throw new IOException("no times in the output: " + output);
    }
    List<Step> steps = new ArrayList<>();
    for (String step : line.group(5).strip().split(" ", -1)) {
      String[] parts = step.split("@", -1);
      if (parts.length == 2) {
        steps.add(new Step(parts[0].replace('_', ' '), Double.parseDouble(parts[1])));
      }
    }
    return new ColdTimes(
        Double.parseDouble(line.group(1)),
        Double.parseDouble(line.group(2)),
        Double.parseDouble(line.group(3)),
        Double.parseDouble(line.group(4)),
        List.copyOf(steps));
  }
}
