package dev.thaw.examples.benchmarks.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The measurements of a run, collected value by value.
 *
 * <p>Thread-safe.
 */
public final class Results {
  private final Map<Key, List<Double>> samples = new LinkedHashMap<>();
  private final Map<String, String> facts = new TreeMap<>();
  private final List<String> notes = new ArrayList<>();

  private record Key(String part, String metric, String unit, String condition, String candidate) {}

  /** Adds one value. */
  public synchronized void add(
      String part, String metric, String unit, String condition, String candidate, double value) {
    samples
        .computeIfAbsent(
            new Key(part, metric, unit, condition, candidate), key -> new ArrayList<>())
        .add(value);
  }

  /** Adds a fact about machine or software, such as a version. */
  public synchronized void fact(String name, String value) {
    facts.put(name, value);
  }

  /** Adds a remark, such as what was not measured and why. */
  public synchronized void note(String note) {
    notes.add(note);
  }

  /** Adds all of another's; facts that differ stand beside each other. */
  public synchronized void addAll(Results other) {
    for (Measurement m : other.measurements()) {
      m.samples()
          .forEach(v -> add(m.part(), m.metric(), m.unit(), m.condition(), m.candidate(), v));
    }
    other
        .facts()
        .forEach(
            (name, value) -> facts.merge(name, value, (a, b) -> a.contains(b) ? a : a + "; " + b));
    other.notes().forEach(note -> notes.add(note));
  }

  /** Returns what was measured, in the order of the first value of each. */
  public synchronized List<Measurement> measurements() {
    return samples.entrySet().stream()
        .map(
            entry -> {
              Key key = entry.getKey();
              return new Measurement(
                  key.part, key.metric, key.unit, key.condition, key.candidate, entry.getValue());
            })
        .toList();
  }

  /** Returns the facts, by name. */
  public synchronized Map<String, String> facts() {
    return Collections.unmodifiableMap(new TreeMap<>(facts));
  }

  /** Returns the remarks, in their order. */
  public synchronized List<String> notes() {
    return List.copyOf(notes);
  }
}
