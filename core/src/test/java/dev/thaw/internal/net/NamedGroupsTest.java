package dev.thaw.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Method;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

class NamedGroupsTest {

  @Test
  void what_mysql_takes_comes_first_and_the_rest_stays_in_its_order() {
    assertThat(NamedGroups.ordered(new String[] {"x25519", "secp256r1", "secp384r1", "ffdhe2048"}))
        .containsExactly("secp384r1", "secp256r1", "x25519", "ffdhe2048");
  }

  @Test
  void a_group_that_is_not_offered_is_not_added() {
    assertThat(NamedGroups.ordered(new String[] {"x25519", "secp256r1"}))
        .containsExactly("secp256r1", "x25519");
  }

  @Test
  void parameters_are_ordered_where_the_jdk_can() throws Exception {
    SSLParameters parameters = SSLContext.getDefault().createSSLEngine().getSSLParameters();
    NamedGroups.prefer(parameters);
    assumeTrue(Runtime.version().feature() >= 20, "a JDK with named groups");
    Method get = SSLParameters.class.getMethod("getNamedGroups");
    assertThat((String[]) get.invoke(parameters)).startsWith("secp384r1", "secp256r1");
  }
}
