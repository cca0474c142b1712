package dev.thaw.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RdsAuthoritiesTest {
  static List<String> regions() throws Exception {
    Path folder =
        Path.of(RdsAuthorities.class.getResource("rds/eu-west-1.der").toURI()).getParent();
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
    List<X509Certificate> roots = RdsAuthorities.of(region);
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
    assertThat(RdsAuthorities.of("xx-north-9")).isEmpty();
  }
}
