package dev.thaw.internal.net;

import dev.thaw.internal.util.ServerAddress;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The host names that AWS gives to the servers of RDS and Aurora: instances, clusters, their reader
 * and custom endpoints, and proxies.
 *
 * <p>{@code *.{region}.rds.amazonaws.com}, and in China {@code *.{region}.rds.amazonaws.com.cn} or
 * {@code *.rds.{region}.amazonaws.com.cn} (Amazon RDS, "Finding the connection information", and
 * Amazon Web Services in China, "Endpoints and ARNs").
 */
public final class RdsHost {
  private static final String REGION = "([a-z]{2}(?:-[a-z]+)+-[0-9]+)";
  private static final Pattern GLOBAL =
      Pattern.compile(".+\\." + REGION + "\\.rds\\.amazonaws\\.com(?:\\.cn)?");
  private static final Pattern CHINA =
      Pattern.compile(".+\\.rds\\." + REGION + "\\.amazonaws\\.com\\.cn");

  private RdsHost() {}

  /** Returns the region of a server of RDS, or {@code null} for a host that is none. */
  public static @Nullable String region(String host) {
    String name = ServerAddress.withoutRoot(host).toLowerCase(Locale.ROOT);
    Matcher global = GLOBAL.matcher(name);
    if (global.matches()) {
      return global.group(1);
    }
    Matcher china = CHINA.matcher(name);
    return china.matches() ? china.group(1) : null;
  }
}
