package dev.thaw.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CarriedAuthoritiesTest {
  static List<String> regions() throws Exception {
    Path folder =
        Path.of(CarriedAuthorities.class.getResource("rds/eu-west-1.der").toURI()).getParent();
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString().replaceFirst("\\.der$", ""))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("regions")
  void a_region_has_three_roots_that_are_valid_for_years(String region) throws Exception {
    List<X509Certificate> roots = CarriedAuthorities.ofRds(region);
    assertThat(roots)
        .extracting(root -> root.getPublicKey().getAlgorithm())
        .containsExactly("EC", "RSA", "RSA");
    for (X509Certificate root : roots) {
      String name = root.getSubjectX500Principal().getName();
      assertThat(name)
          .contains("CN=Amazon RDS " + region + " Root CA ")
          .contains(",OU=Amazon RDS,");
      assertThat(root.getIssuerX500Principal()).isEqualTo(root.getSubjectX500Principal());
      root.verify(root.getPublicKey());
      assertThat(root.getBasicConstraints()).as("may sign").isNotNegative();
      assertThat(root.getNotAfter().toInstant())
          .isAfter(Instant.now().plus(5 * 366, ChronoUnit.DAYS));
    }
  }

  @Test
  void the_regions_of_2024_are_there() throws Exception {
    assertThat(regions()).hasSize(27).contains("us-east-1", "eu-central-1", "ap-southeast-2");
  }

  @Test
  void another_region_has_none() throws Exception {
    assertThat(CarriedAuthorities.ofRds("xx-north-9")).isEmpty();
  }

  @Test
  void the_roots_for_services_are_those_that_amazon_publishes() throws Exception {
    List<String> hashes = new ArrayList<>();
    for (X509Certificate root : CarriedAuthorities.ofAmazon()) {
      assertThat(root.getNotAfter().toInstant())
          .isAfter(Instant.now().plus(5 * 366, ChronoUnit.DAYS));
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(root.getEncoded());
      hashes.add(HexFormat.of().formatHex(hash));
    }
    // https://www.amazontrust.com/repository/ has them beside the certificates; the first is CA 1.
    assertThat(hashes)
        .containsExactly(
            "8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e",
            "1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4",
            "18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4",
            "e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092",
            "568d6905a2c88708a4b3025190edcfedb1974a606a13c6e5290fcb2ae63edab5");
  }
}
