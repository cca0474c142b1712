package dev.thaw.internal.net;

import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whom AWS's services are trusted by: Amazon's own authorities, which this library carries, and the
 * JVM's trust store for a certificate that none of them has signed.
 *
 * <p>Without them a cold start parses the JVM's trust store twice, for the JVM's trust manager and
 * for JSSE's comparison of names.
 */
public final class ServiceTrust {
  private ServiceTrust() {}

  /**
   * Returns what an {@link javax.net.ssl.SSLContext} is made with; {@code null}, which is the JVM's
   * trust store alone, where {@code javax.net.ssl.trustStore} or {@code trustStoreType} says whom
   * the JVM is to trust.
   */
  public static TrustManager @Nullable [] managers() throws IOException, GeneralSecurityException {
    if (System.getProperty("javax.net.ssl.trustStore") != null
        || System.getProperty("javax.net.ssl.trustStoreType") != null) {
      return null;
    }
    return new TrustManager[] {
      Trust.inAuthoritiesAndJvm(
          "Amazon's authorities, and the JVM's trust store", CarriedAuthorities.ofAmazon())
    };
  }
}
