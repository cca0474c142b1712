package dev.thaw.internal.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.SslMode;
import dev.thaw.fixture.CapturedLog;
import dev.thaw.internal.net.TlsMode;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TlsWarningsTest {
  @AutoClose private final CapturedLog log = new CapturedLog();

  private List<String> lines() {
    return log.text().lines().toList();
  }

  private static TlsMode mode(SslMode mode, boolean asked) {
    return new TlsMode(mode, asked);
  }

  @Test
  void an_unverified_default_is_warned_of_once_for_each_provider() {
    TlsWarnings warnings = new TlsWarnings("orders", false);
    warnings.before("db.example", mode(SslMode.REQUIRED, false));
    warnings.before("db2.example", mode(SslMode.REQUIRED, false));
    assertThat(lines())
        .singleElement()
        .asString()
        .contains("WARN", "orders - The certificate of db.example is not verified", "DB_SSL_CA");
  }

  @ParameterizedTest
  @EnumSource(names = {"DISABLED", "PREFERRED", "REQUIRED"})
  void an_unverified_mode_that_was_asked_for_says_so_once_in_lambda(SslMode mode) {
    TlsWarnings warnings = new TlsWarnings("orders", true);
    warnings.before("db.example", mode(mode, true));
    warnings.before("db.example", mode(mode, true));
    assertThat(lines())
        .singleElement()
        .asString()
        .contains("WARN", "orders - sslMode (DB_SSL_MODE) is " + mode + ", so db.example");
  }

  @Test
  void nothing_is_said_of_what_is_verified_or_was_asked_for_elsewhere_or_is_loopback() {
    TlsWarnings lambda = new TlsWarnings("orders", true);
    lambda.before("db.example", mode(SslMode.VERIFY_IDENTITY, false));
    lambda.before("db.example", mode(SslMode.VERIFY_CA, true));
    TlsWarnings elsewhere = new TlsWarnings("orders", false);
    elsewhere.before("db.example", mode(SslMode.REQUIRED, true));
    elsewhere.before("localhost", mode(SslMode.PREFERRED, false));
    elsewhere.plaintext("localhost", mode(SslMode.PREFERRED, false), true);
    elsewhere.plaintext("db", mode(SslMode.PREFERRED, true), true);
    elsewhere.plaintext("db.example", mode(SslMode.DISABLED, true), false);
    assertThat(lines()).isEmpty();
  }

  @Test
  void a_preferred_connection_that_ends_without_tls_is_warned_of_once() {
    TlsWarnings warnings = new TlsWarnings("orders", false);
    warnings.plaintext("db.example", mode(SslMode.PREFERRED, true), false);
    warnings.plaintext("db.example", mode(SslMode.PREFERRED, true), false);
    assertThat(lines())
        .singleElement()
        .asString()
        .contains("WARN", "orders - db.example offers no TLS");
  }
}
