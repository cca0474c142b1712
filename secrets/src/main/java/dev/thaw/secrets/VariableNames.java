package dev.thaw.secrets;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names of Thaw's own variables, without a prefix. */
final class VariableNames {
  static final List<String> ALL =
      List.of(
          "DB_AUTH",
          "DB_HOST",
          "DB_IAM_HOST",
          "DB_NAME",
          "DB_PASSWORD",
          "DB_POOL_ACQUIRE_TIMEOUT",
          "DB_POOL_IDLE_TIMEOUT",
          "DB_POOL_MAX",
          "DB_POOL_MIN",
          "DB_PORT",
          "DB_SECRET_NAME",
          "DB_SECRET_SOURCE",
          "DB_SECRET_TTL",
          "DB_SESSION_RESET",
          "DB_SSL_CA",
          "DB_SSL_MODE",
          "DB_USER");

  /** What a password of the process is, or leads to one. */
  static final List<String> SECRET = List.of("DB_PASSWORD", "DB_SECRET_NAME", "DB_AUTH");

  /** What says where a password goes, and how. */
  static final List<String> DESTINATION =
      List.of("DB_HOST", "DB_PORT", "DB_IAM_HOST", "DB_SSL_MODE", "DB_SSL_CA");

  private static final List<String> FAMILIES =
      List.of("DB_POOL_", "DB_SECRET_", "DB_SESSION_", "DB_SSL_", "DB_IAM_");
  private static final int MOST_EDITS = 2;
  private static final int LONGEST = 64;

  private VariableNames() {}

  /**
   * Returns the variable of Thaw's that a name was probably meant to be: it is misspelt, begins as
   * one does or is the beginning of one, or begins as a group of them does. {@code null} if it is
   * one, or looks like none.
   *
   * @param name without a prefix
   */
  static @Nullable String meant(String name, Set<String> set) {
    if (ALL.contains(name) || name.length() > LONGEST) {
      return null;
    }
    String upper = name.toUpperCase(Locale.ROOT);
    String nearest = nearest(upper);
    if (isInFamily(upper) || upper.equals(nearest)) {
      return nearest;
    }
    boolean alike =
        distance(upper, nearest) <= MOST_EDITS
            || upper.startsWith(nearest)
            || (nearest.startsWith(upper) && upper.length() > "DB_".length() + 2);
    // A program beside this one may have it own names, of which DB_USERNAME is a common one.
    return alike && !set.contains(nearest) ? nearest : null;
  }

  private static boolean isInFamily(String name) {
    for (String family : FAMILIES) {
      if (name.startsWith(family)) {
        return true;
      }
    }
    return false;
  }

  private static String nearest(String name) {
    String nearest = ALL.get(0);
    int least = Integer.MAX_VALUE;
    for (String candidate : ALL) {
      boolean begins = name.startsWith(candidate) || candidate.startsWith(name);
      int distance = begins ? 0 : distance(name, candidate);
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return nearest;
  }

  /** Returns how many characters must be added, removed or replaced (Levenshtein). */
  private static int distance(String from, String to) {
    int[] above = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
      }
      above = row;
    }
    return above[to.length()];
  }
}
