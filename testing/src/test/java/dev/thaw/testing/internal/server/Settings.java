package dev.thaw.testing.internal.server;

import java.util.HashMap;
import java.util.Map;

/** Settings of a test's own, on top of this process's system properties. */
final class Settings {
  private Settings() {}

  /** Returns settings with these variables, given as name and value in turn. */
  static TestSettings of(String... variables) {
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < variables.length; i += 2) {
      environment.put(variables[i], variables[i + 1]);
    }
    return new TestSettings(
        environment::get, name -> name.startsWith("thaw.") ? null : System.getProperty(name));
  }
}
