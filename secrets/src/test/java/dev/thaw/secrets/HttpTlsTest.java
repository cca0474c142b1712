package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.LAMBDA;
import static dev.thaw.secrets.SourceFixture.NAME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.sql.SQLException;
import java.util.Map;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom secrets are fetched from over TLS, directly and with AWS's SDK. */
class HttpTlsTest {
  private static final String ANSWER =
      ScriptedHttp.answer(
          "{\"ARN\":\"arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-AbCdEf\","
              + "\"SecretString\":\"{\\\"username\\\":\\\"u\\\",\\\"password\\\":\\\"p\\\"}\"}");

  @TempDir private Path folder;

  @AfterEach
  void forgetTrust() {
    System.clearProperty("javax.net.ssl.trustStore");
    System.clearProperty("javax.net.ssl.trustStorePassword");
  }

  private void trust() throws Exception {
    Path store = TestAuthority.writeTrustStore(folder, "127.0.0.1", "other.example");
    System.setProperty("javax.net.ssl.trustStore", store.toString());
    System.setProperty("javax.net.ssl.trustStorePassword", TestAuthority.trustStorePassword());
  }

  private static String password(ScriptedHttp server, boolean direct) throws SQLException {
    try (SecretsManagerCredentialsSource source =
        SecretsManagerCredentialsSource.builder()
            .secretId(NAME)
            .region("us-east-1")
            .endpoint(server.uri())
            .environment(direct ? LAMBDA : Map.of())
            .build()) {
      return SourceFixture.password(source);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_server_with_a_trusted_certificate_for_its_name_is_asked(boolean direct) throws Exception {
    trust();
    try (ScriptedHttp server = ScriptedHttp.sending(TestAuthority.serverFor("127.0.0.1"), ANSWER)) {
      assertThat(password(server, direct)).isEqualTo("p");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_certificate_for_another_name_is_refused(boolean direct) throws Exception {
    trust();
    try (ScriptedHttp server =
        ScriptedHttp.sending(TestAuthority.serverFor("other.example"), ANSWER)) {
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> password(server, direct))
          .withMessageContaining(NAME);
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void a_certificate_that_is_refused_says_what_it_must_be() {
    try (ScriptedHttp server = ScriptedHttp.sending(TestAuthority.serverFor("127.0.0.1"), ANSWER)) {
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> password(server, true))
          .withMessageContainingAll(NAME, "PKIX", "javax.net.ssl.trustStore")
          .withCauseInstanceOf(SSLHandshakeException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void what_an_application_trusts_everywhere_is_not_trusted_here(boolean direct) throws Exception {
    SSLContext before = SSLContext.getDefault();
    SSLSocketFactory factory = HttpsURLConnection.getDefaultSSLSocketFactory();
    HostnameVerifier verifier = HttpsURLConnection.getDefaultHostnameVerifier();
    SSLContext careless = SSLContext.getInstance("TLS");
    careless.init(null, new TrustManager[] {new Careless()}, null);
    try (ScriptedHttp server =
        ScriptedHttp.sending(TestAuthority.serverFor("other.example"), ANSWER)) {
      SSLContext.setDefault(careless);
      HttpsURLConnection.setDefaultSSLSocketFactory(careless.getSocketFactory());
      HttpsURLConnection.setDefaultHostnameVerifier((host, session) -> true);
      assertThatExceptionOfType(SQLException.class).isThrownBy(() -> password(server, direct));
      assertThat(server.requests()).isEmpty();
    } finally {
      SSLContext.setDefault(before);
      HttpsURLConnection.setDefaultSSLSocketFactory(factory);
      HttpsURLConnection.setDefaultHostnameVerifier(verifier);
    }
  }

  /** Trusts every certificate. */
  private static final class Careless extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
