package dev.thaw.secrets;

import dev.thaw.internal.settings.Setting;
import dev.thaw.internal.util.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names of Thaw's own variables, without the prefix and without {@code DB_}. */
final class VariableNames {
  static final String START = "DB_";

  // Of several that begin as a name does, the first is taken to be meant.
  static final List<String> ALL = all();

  private static final List<String> FAMILIES =
      List.of("POOL_", "SECRET_", "SESSION_", "SSL_", "IAM_");

  // What other libraries, and Thaw's builder, call a setting; of several the first counts. Not what
  // is common in variables that others read, as DB_CONNECTION, Laravel's, or DB_DIALECT.
  static final List<Map.Entry<String, String>> ALIASES =
      List.of(
          Map.entry("CONNECT_TIMEOUT", "POOL_ACQUIRE_TIMEOUT"),
          Map.entry("CONNECTION_TIMEOUT", "POOL_ACQUIRE_TIMEOUT"),
          Map.entry("IDLE_TIMEOUT", "POOL_IDLE_TIMEOUT"),
          Map.entry("TIMEOUT", "QUERY_TIMEOUT"),
          Map.entry("MAX_CONNECTIONS", "POOL_MAX"),
          Map.entry("CONNECTION_LIMIT", "POOL_MAX"),
          Map.entry("MAX_SIZE", "POOL_MAX"),
          Map.entry("MIN_IDLE", "POOL_MIN"),
          Map.entry("MAX_AGE", "MAX_LIFETIME"),
          Map.entry("LIFETIME", "MAX_LIFETIME"),
          Map.entry("ISOLATION", "TRANSACTION_ISOLATION"),
          Map.entry("PROPERTIES", "PROPERTIES"),
          Map.entry("PROPERTY", "PROPERTIES"),
          Map.entry("PROPS", "PROPERTIES"),
          Map.entry("PARAMS", "PROPERTIES"),
          Map.entry("TIMEZONE", "PROPERTIES"),
          Map.entry("TIME_ZONE", "PROPERTIES"),
          Map.entry("TZ", "PROPERTIES"),
          Map.entry("METRICS", "METRICS"),
          Map.entry("TLS", "SSL_MODE"),
          Map.entry("CA", "SSL_CA"),
          Map.entry("IAM", "AUTH"),
          Map.entry("DATABASE", "NAME"),
          Map.entry("SCHEMA", "NAME"),
          Map.entry("PWD", "PASSWORD"),
          Map.entry("LOGIN", "USER"),
          Map.entry("SIGNED_HOST", "IAM_HOST"));

  private static final int MOST_EDITS = 2;
  private static final int LONGEST = 64;
  // Of a word, in which one letter may be wrong.
  private static final int LONG_WORD = 6;

  private VariableNames() {}

  private static List<String> all() {
    List<String> names = new ArrayList<>();
    for (Setting<?> setting : EnvironmentSettings.every()) {
      String variable = setting.variable();
      if (variable != null && variable.startsWith(START)) {
        names.add(variable.substring(START.length()));
      }
    }
    return List.copyOf(names);
  }

  /**
   * Returns the variable of Thaw's that a name was probably meant to be: it is misspelt, begins as
   * one does or is the beginning of one, begins as a group of them does, or has the words of one or
   * of what others call it. {@code null} if it is one, or looks like none.
   *
   * @param name begins, in any case, with {@code start}
   * @param start what each variable of Thaw's begins with
   * @param set the names that are set
   */
  static @Nullable String meant(String name, String start, Set<String> set) {
    String rest = name.substring(start.length());
    if (rest.length() > LONGEST || (name.startsWith(start) && ALL.contains(rest))) {
      return null;
    }
    String upper = rest.toUpperCase(Locale.ROOT);
    String alike = alike(upper);
    if (alike == null) {
      return null;
    }
    // A program beside this one may have its own names, of which DB_USERNAME is a common one.
    boolean certain = isInFamily(upper) || upper.equals(alike);
    return certain || !set.contains(start + alike) ? start + alike : null;
  }

  private static @Nullable String alike(String name) {
    String nearest = nearest(name);
    boolean alike =
        isInFamily(name)
            || Names.distance(name, nearest) <= MOST_EDITS
            || name.startsWith(nearest)
            || (nearest.startsWith(name) && name.length() > 2);
    return alike ? nearest : byWords(name);
  }

  private static boolean isInFamily(String name) {
    for (String family : FAMILIES) {
      if (name.startsWith(family)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the variable that shares several words with a name, or goes by one of its words. */
  private static @Nullable String byWords(String name) {
    for (String own : ALL) {
      if ((own.contains("_") && hasWords(name, own))
          || (name.contains("_") && hasWords(own, name))) {
        return own;
      }
    }
    for (Map.Entry<String, String> alias : ALIASES) {
      if (hasWords(name, alias.getKey()) || hasMisspelt(name, alias.getKey())) {
        return alias.getValue();
      }
    }
    return null;
  }

  private static boolean hasWords(String name, String words) {
    return ("_" + name + "_").contains("_" + words + "_");
  }

  private static boolean hasMisspelt(String name, String word) {
    if (word.length() >= LONG_WORD) {
      for (String each : name.split("_", -1)) {
        if (Names.distance(each, word) <= 1) {
          return true;
        }
      }
    }
    return false;
  }

  private static String nearest(String name) {
    String nearest = ALL.get(0);
    int least = Integer.MAX_VALUE;
    for (String candidate : ALL) {
      boolean begins = name.startsWith(candidate) || candidate.startsWith(name);
      int distance = begins ? 0 : Names.distance(name, candidate);
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return nearest;
  }
}
