package dev.thaw.secrets;

import dev.thaw.internal.settings.Setting;
import dev.thaw.internal.util.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names of Thaw's own variables, without the prefix and without {@code DB_}. */
final class VariableNames {
  static final String START = "DB_";

  // Of several that begin as a name does, the first is taken to be meant.
  static final List<String> ALL = all();

  private static final List<String> FAMILIES =
      List.of("POOL_", "SECRET_", "SESSION_", "SSL_", "IAM_");
  private static final int MOST_EDITS = 2;
  private static final int LONGEST = 64;

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
   * one does or is the beginning of one, or begins as a group of them does. {@code null} if it is
   * one, or looks like none.
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
    String nearest = nearest(upper);
    if (isInFamily(upper) || upper.equals(nearest)) {
      return start + nearest;
    }
    boolean alike =
        Names.distance(upper, nearest) <= MOST_EDITS
            || upper.startsWith(nearest)
            || (nearest.startsWith(upper) && upper.length() > 2);
    // A program beside this one may have its own names, of which DB_USERNAME is a common one.
    return alike && !set.contains(start + nearest) ? start + nearest : null;
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
      int distance = begins ? 0 : Names.distance(name, candidate);
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return nearest;
  }
}
