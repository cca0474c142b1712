package dev.thaw.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.SslMode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsModeTest {
  @ParameterizedTest
  @CsvSource({
    "localhost, 127.0.0.1, PREFERRED",
    "LocalHost., ::1, PREFERRED",
    "localhost, 127.0.0.1 ::1, PREFERRED",
    "localhost, 192.0.2.1, REQUIRED",
    "localhost, 127.0.0.1 192.0.2.1, REQUIRED",
    "localhost, '', REQUIRED",
    "db.localhost, 127.0.0.1, REQUIRED",
    "127.0.0.1, 127.0.0.1, PREFERRED",
    "127.1.2.3, 127.1.2.3, PREFERRED",
    "::1, ::1, PREFERRED",
    "[::1], ::1, PREFERRED",
    "127.1, 127.0.0.1, REQUIRED",
    "localhost.evil.example, 127.0.0.1, REQUIRED",
    "127.0.0.1.evil.example, 127.0.0.1, REQUIRED",
    "notlocalhost, 127.0.0.1, REQUIRED",
    "128.0.0.1, 128.0.0.1, REQUIRED",
    "mysql, 127.0.0.1, REQUIRED",
    "db.example, 192.0.2.1, REQUIRED",
    "shop.abc.eu-west-1.rds.amazonaws.com, 127.0.0.1, VERIFY_IDENTITY",
    "shop.abc.xx-north-9.rds.amazonaws.com, 192.0.2.1, VERIFY_IDENTITY",
    "shop.abc.rds.cn-north-1.amazonaws.com.cn, 192.0.2.1, VERIFY_IDENTITY",
  })
  void outside_lambda_the_default_depends_on_the_host_and_its_addresses(
      String host, String addresses, SslMode mode) throws UnknownHostException {
    InetAddress[] resolved = addresses(addresses);
    assertThat(TlsMode.of(host, null, false, resolved)).isEqualTo(new TlsMode(mode, false));
    assertThat(new TlsMode(mode, false).mayShowPassword()).isEqualTo(mode != SslMode.REQUIRED);
  }

  private static InetAddress[] addresses(String text) throws UnknownHostException {
    String[] parts = text.isEmpty() ? new String[0] : text.split(" ");
    InetAddress[] addresses = new InetAddress[parts.length];
    for (int i = 0; i < parts.length; i++) {
      addresses[i] = InetAddress.getByName(parts[i]);
    }
    return addresses;
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "db.example", "shop.abc.eu-west-1.rds.amazonaws.com"})
  void where_verifying_is_the_default_it_is_so_for_every_host(String host) {
    TlsMode verified = new TlsMode(SslMode.VERIFY_IDENTITY, false);
    InetAddress here = InetAddress.getLoopbackAddress();
    assertThat(TlsMode.of(host, null, true, here)).isEqualTo(verified);
  }

  @ParameterizedTest
  @EnumSource
  void what_was_set_counts_everywhere(SslMode mode) {
    InetAddress here = InetAddress.getLoopbackAddress();
    assertThat(TlsMode.of("db.example", mode, true)).isEqualTo(new TlsMode(mode, true));
    assertThat(TlsMode.of("localhost", mode, true, here)).isEqualTo(new TlsMode(mode, true));
  }

  @Test
  void the_driver_only_negotiates() {
    assertThat(SslMode.values())
        .extracting(mode -> new TlsMode(mode, true).driverMode())
        .containsExactly("DISABLED", "PREFERRED", "REQUIRED", "REQUIRED", "REQUIRED");
  }
}
