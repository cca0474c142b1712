package dev.thaw.testing.aws;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** AWS's own clients, which try each request once. */
final class AwsClients {
  private AwsClients() {}

  static SecretsManagerClient secretsManager(URI endpoint, Region region) {
    return secretsManager(endpoint, region, Duration.ofSeconds(20));
  }

  static SecretsManagerClient secretsManager(URI endpoint, Region region, Duration readTimeout) {
    return SecretsManagerClient.builder()
        .endpointOverride(endpoint)
        .region(region)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIAEXAMPLE", "secret")))
        .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(readTimeout))
        .overrideConfiguration(c -> c.retryStrategy(DefaultRetryStrategy.doNotRetry()))
        .build();
  }
}
