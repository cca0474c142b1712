package dev.thaw.secrets;

import java.util.HashMap;
import java.util.Map;

/** Environment variables made of others. */
final class Variables {
  private Variables() {}

  /** Returns variables with further ones: a name, its value, and so on. */
  static Map<String, String> with(Map<String, String> base, String... more) {
    Map<String, String> all = new HashMap<>(base);
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }

  /** Returns variables under names that begin with a prefix. */
  static Map<String, String> prefixed(String prefix, Map<String, String> variables) {
    Map<String, String> all = new HashMap<>();
    variables.forEach((name, value) -> all.put(prefix + "_" + name, value));
    return all;
  }
}
