package dev.thaw.secrets;

import dev.thaw.Deadline;
import dev.thaw.internal.util.Line;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a secret from the AWS Parameters and Secrets Lambda Extension.
 *
 * <p>AWS documents no request that passes the extension's cache (its time to live is up to five
 * minutes). But each way to name a secret is an entry of its own there, so after a refused login
 * the next of {@link SecretSpellings} is asked for. Thread-safe.
 */
final class ExtensionSecretReader implements SecretReader {
  private static final String TOKEN_HEADER = "X-Aws-Parameters-Secrets-Token";
  private static final String ERROR_HEADER = "x-amzn-errortype";
  private static final String SERVICE = "the Lambda extension";

  private final String description;
  private final Supplier<@Nullable String> token;
  private final SecretSpellings spellings;
  private final HttpService service;

  /**
   * Makes a reader.
   *
   * @param token the session's token, asked for at each request
   */
  ExtensionSecretReader(
      String description, String secretId, int port, Supplier<@Nullable String> token) {
    this.description = description;
    this.token = token;
    this.spellings = new SecretSpellings(secretId);
    this.service =
        HttpService.besideFunction(
            description,
            SERVICE + " on port " + port,
            "has the function the layer AWS-Parameters-and-Secrets-Lambda-Extension?",
            new HttpEndpoint(false, "127.0.0.1", port));
  }

  @Override
  public @Nullable SecretValue read(SecretStage stage, boolean pastCaches, Deadline deadline)
      throws SQLException {
    if (pastCaches) {
      spellings.next(stage);
    }
    while (true) {
      SecretValue value = readOnce(spellings.of(stage), stage, deadline);
      if (value == null || !spellings.isOutdated(stage, value.version())) {
        spellings.seen(stage, value == null ? null : value.version());
        return value;
      }
    }
  }

  private @Nullable SecretValue readOnce(String spelling, SecretStage stage, Deadline deadline)
      throws SQLException {
    return service
        .ask(
            () -> request(spelling, stage),
            answer -> Optional.ofNullable(value(answer, spelling, stage)),
            deadline)
        .orElse(null);
  }

  private HttpRequest request(String spelling, SecretStage stage) throws SQLException {
    String session = token.get();
    return HttpRequest.get(
        "/secretsmanager/get?secretId="
            + URLEncoder.encode(spelling, StandardCharsets.UTF_8)
            + "&versionStage="
            + stage.label(),
        Map.of(
            TOKEN_HEADER,
            HeaderValue.checked(
                description, "the extension's session token", session == null ? "" : session)));
  }

  private @Nullable SecretValue value(HttpAnswer answer, String spelling, SecretStage stage)
      throws SQLException, HttpService.NotReadyException {
    if (answer.status() == 200) {
      SecretAnswer secret = SecretAnswer.parse(description, SERVICE, spelling, answer.body());
      spellings.learn(secret.arn(), secret.name());
      return secret.value();
    }
    if (answer.status() == 400 && answer.body().contains("not ready")) {
      throw new HttpService.NotReadyException(Line.of(answer.body()));
    }
    return failed(answer, stage);
  }

  private @Nullable SecretValue failed(HttpAnswer answer, SecretStage stage) throws SQLException {
    String code = answer.header(ERROR_HEADER);
    if (code == null) {
      // Some versions answer with the error of AWS's SDK for Go, which names the code.
      code = AwsError.codeIn(answer.body());
    }
    if (stage == SecretStage.PENDING && "ResourceNotFoundException".equals(code)) {
      return null;
    }
    if (answer.status() == 401) {
      throw SourceFailures.lasting(
          description
              + ": the Lambda extension refuses the session token ("
              + (code == null ? "401" : Line.of(code))
              + "); it expects that of AWS_SESSION_TOKEN",
          null);
    }
    throw AwsError.failure(
        description + " by the Lambda extension",
        code == null ? "HTTP " + answer.status() : code,
        text(answer),
        answer.status(),
        null);
  }

  /** A status below 400 is no error, and its body could be a secret. */
  private static String text(HttpAnswer answer) {
    String body = answer.body();
    boolean secret = body.contains("SecretString") || body.contains("SecretBinary");
    return answer.status() < 400 || secret ? "" : body;
  }

  @Override
  public void close() {
    service.close();
  }
}
