package dev.thaw.testing.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerCertificateTest {
  @TempDir private Path folder;

  private ServerCertificate certificate(Path cache) {
    TestSettings settings = Settings.of("THAW_TEST_CACHE", cache.toString());
    return ServerCertificate.of(settings, "test", List.of("db.example.com", "127.0.0.1", "::1"));
  }

  @Test
  void is_signed_by_its_authority_for_all_its_names_and_valid_into_the_next_year()
      throws Exception {
    ServerCertificate made = certificate(folder);

    X509Certificate server = parse(made.certificate());
    X509Certificate authority = parse(made.authority());
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(Instant.now().plus(Duration.ofDays(2 * 366))));
    CertPathValidator.getInstance("PKIX")
        .validate(
            CertificateFactory.getInstance("X.509").generateCertPath(List.of(server)), parameters);
    assertThat(server.getSubjectAlternativeNames())
        .extracting(name -> (Object) name.get(1))
        .containsExactly("db.example.com", "127.0.0.1", "0:0:0:0:0:0:0:1");
    assertThat(server.getBasicConstraints()).as("is no CA").isEqualTo(-1);
    assertThat(authority.getBasicConstraints()).as("is a CA").isNotNegative();
    assertThat(server.getNotBefore()).as("for clocks that are late").isBefore(Instant.now());
  }

  @Test
  void is_made_once_and_its_key_is_the_owners_alone() throws Exception {
    ServerCertificate made = certificate(folder);
    FileTime written = Files.getLastModifiedTime(made.key());

    assertThat(certificate(folder)).isEqualTo(made);
    assertThat(Files.getLastModifiedTime(made.key())).isEqualTo(written);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made.folder())))
        .isEqualTo("rwx------");
    assertThat(made.folder())
        .as("without the authority's key")
        .isDirectoryNotContaining(file -> file.toString().endsWith(".p12"));
  }

  @Test
  void is_made_anew_where_a_file_of_it_has_been_cleaned_up() throws Exception {
    Files.delete(certificate(folder).key());

    assertThat(certificate(folder).key()).exists();
  }

  @Test
  void where_nothing_can_be_kept_it_is_made_once_for_each_jvm() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));

    ServerCertificate made = certificate(file.resolve("cache"));

    assertThat(made.certificate()).exists();
    assertThat(certificate(file.resolve("cache"))).isEqualTo(made);
  }

  private static X509Certificate parse(Path pem) throws Exception {
    try (InputStream in = Files.newInputStream(pem)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }
}
