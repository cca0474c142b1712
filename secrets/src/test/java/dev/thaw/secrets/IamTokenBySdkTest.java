package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsUtilities;

/** The token beside that of AWS's SDK. */
class IamTokenBySdkTest {
  private static final Pattern DATE = Pattern.compile("X-Amz-Date=([0-9]{8}T[0-9]{6}Z)");
  private static final AwsCredentials LASTING =
      AwsBasicCredentials.create("AKIDEXAMPLE", "wJalr/bPx+Rf");
  private static final AwsCredentials SESSION =
      AwsSessionCredentials.create("ASIAEXAMPLE", "wJalr/bPx+Rf", "IQoJb3JpZ2luX2Vj//8+a=b~*==");

  @ParameterizedTest
  @CsvSource({
    "db.abc.eu-central-1.rds.amazonaws.com,3306,eu-central-1,app",
    "DB.Cluster-abc.us-east-1.rds.amazonaws.com,13306,us-east-1,App.User_2",
    "db.abc.cn-north-1.rds.amazonaws.com.cn,443,cn-north-1,jörg+x@y %2F/*~&=?#'\"",
    "proxy.proxy-abc.ap-southeast-4.rds.amazonaws.com,80,ap-southeast-4,データ",
    "10.0.0.7,3307,eu-west-3,' a '"
  })
  void is_the_one_that_the_sdk_makes(String host, int port, String region, String user)
      throws SQLException {
    for (AwsCredentials credentials : new AwsCredentials[] {LASTING, SESSION}) {
      String bySdk =
          RdsUtilities.builder()
              .region(Region.of(region))
              .credentialsProvider(StaticCredentialsProvider.create(credentials))
              .build()
              .generateAuthenticationToken(
                  request -> request.hostname(host).port(port).username(user));

      String token = token(host, port, region, user, credentials, date(bySdk));

      assertThat(parts(token)).containsExactlyInAnyOrder(parts(bySdk));
    }
  }

  private static String token(
      String host, int port, String region, String user, AwsCredentials credentials, Instant now)
      throws SQLException {
    try (IamTokenCredentialsSource source =
        IamTokenCredentialsSource.builder()
            .host(host)
            .port(port)
            .region(region)
            .username(user)
            .credentials(StaticCredentialsProvider.create(credentials))
            .wallClock(InstantSource.fixed(now))
            .build()) {
      return SourceFixture.password(source);
    }
  }

  private static Instant date(String token) {
    Matcher date = DATE.matcher(token);
    assertThat(date.find()).isTrue();
    return LocalDateTime.parse(date.group(1), DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'"))
        .toInstant(ZoneOffset.UTC);
  }

  /** The address and the parameters; their order in the address does not count. */
  private static String[] parts(String token) {
    String[] parts = token.split("[?&]", -1);
    assertThat(Arrays.stream(parts).distinct()).hasSameSizeAs(parts);
    return parts;
  }
}
