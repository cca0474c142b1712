package dev.thaw.secrets;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.thaw.Deadline;
import dev.thaw.internal.util.Line;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
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
  private static final String ERROR_HEADER = "x-amzn-ErrorType";
  private static final int LONGEST_ANSWER = 1 << 20;
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final String description;
  private final int port;
  private final Supplier<@Nullable String> token;
  private final SecretSpellings spellings;
  private volatile boolean closed;

  ExtensionSecretReader(
      String description, String secretId, int port, Supplier<@Nullable String> token) {
    this.description = description;
    this.port = port;
    this.token = token;
    this.spellings = new SecretSpellings(secretId);
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
    long pause = FIRST_PAUSE_NANOS;
    while (true) {
      Exception notReady;
      try {
        Answer answer = ask(spelling, stage, deadline);
        if (answer.status() == 200) {
          return value(answer.body());
        }
        if (answer.status() != 400 || !answer.body().contains("not ready")) {
          return failed(answer, stage);
        }
        notReady = new IOException(Line.of(answer.body()));
      } catch (ConnectException e) {
        // The extension starts beside the function, so it may not listen yet.
        notReady = e;
      } catch (SocketTimeoutException e) {
        throw SourceFailures.timeout(
            description + ": the Lambda extension did not answer before the deadline", e);
      } catch (IOException e) {
        throw SourceFailures.passing(
            description
                + ": the Lambda extension on port "
                + port
                + " failed: "
                + Line.of(e.toString()),
            AwsError.shown(e));
      }
      if (deadline.remaining().toNanos() <= pause) {
        throw SourceFailures.timeout(
            description
                + ": the Lambda extension on port "
                + port
                + " is not ready; has the function the layer"
                + " AWS-Parameters-and-Secrets-Lambda-Extension?",
            notReady);
      }
      await(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
    }
  }

  /** What the extension says. */
  private record Answer(int status, @Nullable String errorCode, String body) {
    @Override
    public String toString() {
      // Without the body, which may hold the secret.
      return "Answer[" + status + "]";
    }
  }

  private Answer ask(String spelling, SecretStage stage, Deadline deadline)
      throws IOException, SQLException {
    if (closed) {
      throw SourceFailures.closed(description);
    }
    SourceFailures.requireTime(description, deadline);
    int millis = (int) Math.max(1, Math.min(Integer.MAX_VALUE, deadline.remaining().toMillis()));
    URL url =
        URI.create(
                "http://127.0.0.1:"
                    + port
                    + "/secretsmanager/get?secretId="
                    + URLEncoder.encode(spelling, StandardCharsets.UTF_8)
                    + "&versionStage="
                    + stage.label())
            .toURL();
    // HttpURLConnection: java.net.http starts threads and takes longer to load.
    HttpURLConnection connection = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout(millis);
    connection.setReadTimeout(millis);
    connection.setUseCaches(false);
    String session = token.get();
    connection.setRequestProperty(TOKEN_HEADER, session == null ? "" : session);
    int status = connection.getResponseCode();
    try (InputStream in =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      String body =
          in == null ? "" : new String(in.readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8);
      return new Answer(status, connection.getHeaderField(ERROR_HEADER), body);
    }
  }

  private SecretValue value(String body) throws SQLException {
    JsonObject answer;
    try {
      answer = JsonParser.object().from(body);
    } catch (JsonParserException e) {
      // Not chained: the parser's message quotes the text, which holds the secret.
      throw SourceFailures.lasting(
          description + ": the Lambda extension's answer is not a JSON object", null);
    }
    spellings.learn(answer.getString("ARN"), answer.getString("Name"));
    String text = answer.getString("SecretString");
    if (text == null) {
      text = decoded(answer.getString("SecretBinary"));
    }
    return new SecretValue(answer.getString("VersionId"), text);
  }

  private String decoded(@Nullable String base64) throws SQLException {
    try {
      return base64 == null
          ? ""
          : new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // Not chained: the message may quote a character of the secret.
      throw SourceFailures.lasting(description + ": SecretBinary is not in Base64", null);
    }
  }

  private @Nullable SecretValue failed(Answer answer, SecretStage stage) throws SQLException {
    String code = answer.errorCode();
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
        // A status below 400 is no error, and its body could be a secret.
        answer.status() < 400 ? "" : answer.body(),
        answer.status(),
        null);
  }

  private void await(long nanos) throws SQLException {
    try {
      Pause.nanos(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SourceFailures.passing(
          description + ": interrupted while the Lambda extension was not ready", e);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
