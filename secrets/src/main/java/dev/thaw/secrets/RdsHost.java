package dev.thaw.secrets;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the name of an endpoint of RDS, Aurora or RDS Proxy says.
 *
 * <p>Amazon RDS User Guide, "Finding the connection information"; in China the region is the last
 * label but four or the last but three.
 */
final class RdsHost {
  // No "global", as the writer endpoint of a global database has in the place of a region.
  private static final String REGION = "([a-z]{2,}(?:-[a-z]+)+-[0-9]+)";
  private static final Pattern NAME =
      Pattern.compile(
          ".+\\.(?:"
              + REGION
              + "\\.rds\\.amazonaws\\.com(?:\\.cn)?|rds\\."
              + REGION
              + "\\.amazonaws\\.com\\.cn)\\.?");

  private RdsHost() {}

  /** Returns the region that a host's name tells, or {@code null} if it tells none. */
  static @Nullable String region(String host) {
    Matcher name = NAME.matcher(host.toLowerCase(Locale.ROOT));
    if (!name.matches()) {
      return null;
    }
    return name.group(1) == null ? name.group(2) : name.group(1);
  }
}
