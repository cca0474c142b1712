package dev.thaw.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.secrets.RoleKeys.Keys;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** The signature beside that of AWS's SDK. */
class SignatureV4Test {

  @ParameterizedTest
  @CsvSource({
    "2026-11-25T14:05:09Z,20261125T140509Z,eu-central-1",
    "2026-01-01T00:00:00Z,20260101T000000Z,us-east-1",
    "2028-02-29T23:59:59Z,20280229T235959Z,cn-north-1"
  })
  void is_the_one_that_the_sdk_makes(Instant now, String timestamp, String region) {
    String host = "secretsmanager." + region + ".amazonaws.com";
    String body = "{\"SecretId\":\"prod/dä\",\"VersionStage\":\"AWSCURRENT\"}";
    TreeMap<String, String> headers = new TreeMap<>();
    headers.put("content-type", "application/x-amz-json-1.1");
    headers.put("host", host);
    headers.put("x-amz-content-sha256", SignatureV4.sha256(body.getBytes(UTF_8)));
    headers.put("x-amz-date", SignatureV4.timestamp(now.getEpochSecond()));
    headers.put("x-amz-security-token", "IQoJb3JpZ2luX2Vj//8=");
    headers.put("x-amz-target", "secretsmanager.GetSecretValue");

    String authorization =
        new SignatureV4(region, "secretsmanager")
            .authorization(headers, new Keys("AKIDEXAMPLE", "wJalr/bPx+Rf", null, null));

    assertThat(headers.get("x-amz-date")).isEqualTo(timestamp);
    assertThat(authorization).isEqualTo(bySdk(now, region, host, body));
  }

  private static String bySdk(Instant now, String region, String host, String body) {
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(URI.create("https://" + host + "/"))
            .putHeader("Content-Type", "application/x-amz-json-1.1")
            .putHeader("X-Amz-Target", "secretsmanager.GetSecretValue")
            .build();
    return AwsV4HttpSigner.create()
        .sign(
            signing ->
                signing
                    .identity(
                        AwsSessionCredentialsIdentity.create(
                            "AKIDEXAMPLE", "wJalr/bPx+Rf", "IQoJb3JpZ2luX2Vj//8="))
                    .request(request)
                    .payload(ContentStreamProvider.fromUtf8String(body))
                    .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "secretsmanager")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                    .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(now, ZoneOffset.UTC)))
        .request()
        .firstMatchingHeader("Authorization")
        .orElseThrow();
  }
}
