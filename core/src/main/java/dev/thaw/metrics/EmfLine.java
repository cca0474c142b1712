package dev.thaw.metrics;

import java.time.Duration;

/** One line of CloudWatch's embedded metric format. For one thread. */
final class EmfLine {
  private final StringBuilder definitions = new StringBuilder();
  private final StringBuilder members = new StringBuilder();
  private final String namespace;
  private final long millis;

  EmfLine(String namespace, String service, String pool, long millis) {
    this.namespace = namespace;
    this.millis = millis;
    property("service", service);
    property("pool", pool);
  }

  EmfLine count(String name, long value) {
    return metric(name, "Count", Long.toString(value));
  }

  EmfLine millis(String name, Duration value) {
    return metric(name, "Milliseconds", Long.toString(value.toMillis()));
  }

  private EmfLine metric(String name, String unit, String value) {
    definitions.append(definitions.isEmpty() ? "" : ",");
    definitions.append("{\"Name\":\"").append(name);
    definitions.append("\",\"Unit\":\"").append(unit).append("\"}");
    members.append(',').append(quoted(name)).append(':').append(value);
    return this;
  }

  /** Adds what is searched for, not counted. */
  EmfLine property(String name, String value) {
    members.append(',').append(quoted(name)).append(':').append(quoted(value));
    return this;
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  @Override
  public String toString() {
    return "{\"_aws\":{\"Timestamp\":"
        + millis
        + ",\"CloudWatchMetrics\":[{\"Namespace\":"
        + quoted(namespace)
        + ",\"Dimensions\":[[\"service\",\"pool\"]],\"Metrics\":["
        + definitions
        + "]}]}"
        + members
        + "}";
  }
}
