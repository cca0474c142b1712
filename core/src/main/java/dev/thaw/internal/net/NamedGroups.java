package dev.thaw.internal.net;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLParameters;

/**
 * The order of the groups for the key agreement of TLS.
 *
 * <p>MySQL refuses x25519, which the JDK would rather use, and on JDK 25 the tables for secp256r1
 * take about 40 ms to build. So secp384r1 comes first, which AWS's endpoints take, too, and
 * whatever else the JDK offers stays offered. JDK 20 and later have methods for it; before, the
 * order is the JDK's.
 */
public final class NamedGroups {
  private static final List<String> FIRST = List.of("secp384r1", "secp256r1");

  private NamedGroups() {}

  /** Puts the groups that cost least first, unless {@code jdk.tls.namedGroups} is set. */
  public static void prefer(SSLParameters parameters) {
    if (System.getProperty("jdk.tls.namedGroups") != null) {
      return;
    }
    try {
      Method get = SSLParameters.class.getMethod("getNamedGroups");
      Method set = SSLParameters.class.getMethod("setNamedGroups", String[].class);
      if (get.invoke(parameters) instanceof String[] offered) {
        set.invoke(parameters, (Object) ordered(offered));
      }
    } catch (NoSuchMethodException e) {
      // A JDK before 20.
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("The groups of TLS cannot be set", e);
    }
  }

  /** Returns the same groups, those that MySQL takes first. */
  static String[] ordered(String[] offered) {
    Set<String> all = new LinkedHashSet<>(FIRST);
    all.retainAll(List.of(offered));
    all.addAll(List.of(offered));
    return all.toArray(String[]::new);
  }
}
