package dev.thaw.testing.internal.lambda;

import dev.thaw.testing.internal.http.WireAnswer;
import dev.thaw.testing.internal.http.WireRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;

/**
 * The keys of the function's role as a function with SnapStart gets them: not as variables, which
 * would be old after a restore, but from an address on the loopback interface.
 *
 * <p>AWS documents the variables ("Activating and managing Lambda SnapStart") and the exchange
 * ("Container credential provider" in the AWS SDKs and Tools Reference Guide). Immutable.
 */
final class RoleCredentials {
  private static final String PATH = "/2021-04-23/credentials";
  private static final String ID = "AWS_ACCESS_KEY_ID";
  private static final String SECRET = "AWS_SECRET_ACCESS_KEY";
  private static final String TOKEN = "AWS_SESSION_TOKEN";
  private static final String AUTHORIZATION = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
  private static final Duration VALIDITY = Duration.ofHours(1);

  private final String id;
  private final String secret;
  private final String token;
  private final String authorization;

  private RoleCredentials(Map<String, String> variables) {
    this.id = variables.getOrDefault(ID, "");
    this.secret = variables.getOrDefault(SECRET, "");
    this.token = variables.getOrDefault(TOKEN, "");
    this.authorization = variables.getOrDefault(AUTHORIZATION, UUID.randomUUID().toString());
  }

  /**
   * Takes the keys out of a function's variables, and puts in where to ask for them.
   *
   * @param variables what the function will see
   * @param api host and port that answer
   */
  static RoleCredentials moved(Map<String, String> variables, String api) {
    RoleCredentials credentials = new RoleCredentials(variables);
    variables.remove(ID);
    variables.remove(SECRET);
    variables.remove(TOKEN);
    variables.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://" + api + PATH);
    variables.put(AUTHORIZATION, credentials.authorization);
    return credentials;
  }

  static boolean isAskedFor(WireRequest request) {
    return request.method().equals("GET") && request.path().equals(PATH);
  }

  WireAnswer answer(WireRequest request) {
    if (!request.header("Authorization").orElse("").equals(authorization)) {
      return WireAnswer.text(404, "text/plain", "cannot get credentials", Map.of());
    }
    String json =
        """
        {"AccessKeyId":"%s","SecretAccessKey":"%s","Token":"%s","Expiration":"%s"}"""
            .formatted(
                id, secret, token, Instant.now().plus(VALIDITY).truncatedTo(ChronoUnit.SECONDS));
    return WireAnswer.text(200, "application/json", json, Map.of());
  }

  /** Returns no key. */
  @Override
  public String toString() {
    return "RoleCredentials[***]";
  }
}
