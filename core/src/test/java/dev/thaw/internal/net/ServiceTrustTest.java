package dev.thaw.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.fixture.TestCertificate;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceTrustTest {
  @Test
  void amazon_is_trusted_beside_the_trust_store_of_the_jvm() throws Exception {
    assertThat(ServiceTrust.managers()).singleElement().isInstanceOf(Trust.class);
  }

  @Test
  void a_trust_store_that_was_chosen_is_trusted_alone(@TempDir Path folder) throws Exception {
    JvmTrustStore.trusting(
        folder,
        TestCertificate.forHost("chosen.example"),
        () -> assertThat(ServiceTrust.managers()).isNull());
  }
}
