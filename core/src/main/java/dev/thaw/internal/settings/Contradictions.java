package dev.thaw.internal.settings;

import static dev.thaw.internal.settings.BuilderSettings.MAX_SIZE;
import static dev.thaw.internal.settings.BuilderSettings.MIN_IDLE;
import static dev.thaw.internal.settings.BuilderSettings.SSL_CA;
import static dev.thaw.internal.settings.BuilderSettings.SSL_MODE;

import dev.thaw.SslMode;
import dev.thaw.internal.net.TlsMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is wrong with settings that are each allowed by themselves. */
public final class Contradictions {
  private Contradictions() {}

  /**
   * Returns what is wrong; nothing if all fits.
   *
   * @param clearText what sends the server its password or token in clear text within TLS; {@code
   *     null} for nothing
   */
  public static List<String> of(SettingValues values, @Nullable String clearText) {
    List<String> problems = new ArrayList<>();
    int max = values.get(MAX_SIZE);
    int min = values.get(MIN_IDLE);
    if (min > max) {
      problems.add(
          is(values, MIN_IDLE) + ", allowed are 0 to " + values.of(MAX_SIZE) + ", which is " + max);
    }
    String tls = tls(values, clearText);
    if (tls != null) {
      problems.add(tls);
    }
    return problems;
  }

  private static @Nullable String tls(SettingValues values, @Nullable String clearText) {
    SslMode mode = values.find(SSL_MODE);
    boolean file = values.isSet(SSL_CA);
    String verifying = ", allowed are VERIFY_CA and VERIFY_IDENTITY: ";
    if (mode == null) {
      return null;
    }
    if (clearText != null && !TlsMode.verifies(mode)) {
      return is(values, SSL_MODE)
          + verifying
          + clearText
          + " sends the server its password or token in clear text within TLS, so the server's"
          + " certificate must be verified";
    }
    if (file && !TlsMode.verifies(mode)) {
      return is(values, SSL_MODE)
          + " with a CA file ("
          + values.of(SSL_CA)
          + ")"
          + verifying
          + "the file would not be used";
    }
    if (mode == SslMode.VERIFY_CA && !file) {
      return is(values, SSL_MODE)
          + " without a CA file ("
          + values.of(SSL_CA)
          + "), allowed is VERIFY_IDENTITY: an attacker, too, can have a certificate of an authority"
          + " in the JVM's trust store";
    }
    return null;
  }

  private static String is(SettingValues values, Setting<?> setting) {
    return values.of(setting) + " is " + values.find(setting);
  }
}
