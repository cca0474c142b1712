package dev.thaw.internal.util;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the name that a misspelt one most likely stands for. */
public final class Names {
  private Names() {}

  /**
   * Returns the name with the fewest letters to change, add or leave out, in any case; {@code null}
   * if that is more than a third of the letters.
   */
  public static @Nullable String nearest(String misspelt, Collection<String> names) {
    String nearest = null;
    int least = misspelt.length() / 3 + 1;
    for (String name : names) {
      int distance = distance(misspelt.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
      if (distance < least) {
        least = distance;
        nearest = name;
      }
    }
    return nearest;
  }

  /** Returns how many letters must be changed, added or left out. */
  public static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
