package dev.thaw.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.SslMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsModeTest {
  @ParameterizedTest
  @CsvSource({
    "localhost, PREFERRED",
    "LocalHost., PREFERRED",
    "db.localhost, REQUIRED",
    "127.0.0.1, PREFERRED",
    "127.1.2.3, PREFERRED",
    "::1, PREFERRED",
    "[::1], PREFERRED",
    "localhost.evil.example, REQUIRED",
    "127.0.0.1.evil.example, REQUIRED",
    "notlocalhost, REQUIRED",
    "128.0.0.1, REQUIRED",
    "mysql, REQUIRED",
    "db.example, REQUIRED",
    "shop.abc.eu-west-1.rds.amazonaws.com, VERIFY_IDENTITY",
    "shop.abc.xx-north-9.rds.amazonaws.com, VERIFY_IDENTITY",
    "shop.abc.rds.cn-north-1.amazonaws.com.cn, VERIFY_IDENTITY",
  })
  void outside_lambda_the_default_depends_on_the_host(String host, SslMode mode) {
    boolean loopback = mode == SslMode.PREFERRED;
    assertThat(TlsMode.of(host, null, false, false)).isEqualTo(new TlsMode(mode, false, loopback));
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "db.example", "shop.abc.eu-west-1.rds.amazonaws.com"})
  void in_lambda_or_with_a_file_every_host_is_verified(String host) {
    TlsMode verified = new TlsMode(SslMode.VERIFY_IDENTITY, false, host.equals("localhost"));
    assertThat(TlsMode.of(host, null, false, true)).isEqualTo(verified);
    assertThat(TlsMode.of(host, null, true, false)).isEqualTo(verified);
  }

  @ParameterizedTest
  @EnumSource
  void what_was_set_counts_everywhere(SslMode mode) {
    assertThat(TlsMode.of("db.example", mode, false, true))
        .isEqualTo(new TlsMode(mode, true, false));
    assertThat(TlsMode.of("localhost", mode, true, false)).isEqualTo(new TlsMode(mode, true, true));
  }

  @Test
  void the_driver_only_negotiates() {
    assertThat(SslMode.values())
        .extracting(mode -> new TlsMode(mode, true, false).driverMode())
        .containsExactly("DISABLED", "PREFERRED", "REQUIRED", "REQUIRED", "REQUIRED");
  }
}
