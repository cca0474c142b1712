package dev.thaw.internal.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.Deadline;
import dev.thaw.SslMode;
import dev.thaw.fixture.Background;
import dev.thaw.internal.net.PhaseTimes;
import dev.thaw.internal.net.TlsSettings;
import java.io.IOException;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class ServerTlsTest {
  private static final TlsSettings BY_DEFAULT = new TlsSettings(null, null, false);

  private static ServerTls of(TlsSettings settings, String host) {
    return ServerTls.of(settings, host, false, Deadline.after(Background.LONG), new PhaseTimes());
  }

  @Test
  void a_connection_to_this_machine_goes_to_the_addresses_that_were_judged() throws IOException {
    ServerTls tls = of(BY_DEFAULT, "localhost");
    assertThat(tls.mode().mode()).isEqualTo(SslMode.PREFERRED);
    assertThat(tls.addresses()).isNotEmpty().allMatch(InetAddress::isLoopbackAddress);
    assertThat(tls.resolve("another.example", Deadline.after(Background.LONG)))
        .containsExactlyElementsOf(tls.addresses());
    assertThat(tls.holdsFor(tls.addresses().get(0), false)).isTrue();
    assertThat(tls.holdsFor(InetAddress.getByName("192.0.2.1"), false)).isFalse();
  }

  @Test
  void where_the_addresses_do_not_count_none_is_looked_up() throws IOException {
    InetAddress any = InetAddress.getByName("192.0.2.1");
    for (String host : new String[] {"db.invalid", "db.localhost", "127.1"}) {
      ServerTls tls = of(BY_DEFAULT, host);
      assertThat(tls.mode().mode()).isEqualTo(SslMode.REQUIRED);
      assertThat(tls.addresses()).isEmpty();
      assertThat(tls.holdsFor(any, false)).isTrue();
    }
    assertThat(of(new TlsSettings(SslMode.PREFERRED, null, false), "localhost").addresses())
        .isEmpty();
    assertThat(of(new TlsSettings(null, null, true), "localhost").addresses()).isEmpty();
  }

  @Test
  void credentials_that_need_verified_tls_get_it_and_no_connection_that_was_not_verified()
      throws IOException {
    InetAddress any = InetAddress.getByName("192.0.2.1");
    ServerTls tls =
        ServerTls.of(
            BY_DEFAULT, "localhost", true, Deadline.after(Background.LONG), new PhaseTimes());
    assertThat(tls.mode().mode()).isEqualTo(SslMode.VERIFY_IDENTITY);
    assertThat(tls.holdsFor(any, true)).isTrue();
    assertThat(tls.holdsFor(any, false)).isFalse();
  }
}
