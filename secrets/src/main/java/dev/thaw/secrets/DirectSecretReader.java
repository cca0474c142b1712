package dev.thaw.secrets;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import dev.thaw.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.util.Base64;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a secret with a signed request of its own, without AWS's SDK.
 *
 * <p>AWS Secrets Manager API Reference, "GetSecretValue". It repeats what may pass, as often as the
 * SDK does. Thread-safe.
 */
final class DirectSecretReader implements SecretReader {
  private static final Logger LOG = LoggerFactory.getLogger(DirectSecretReader.class);
  private static final String SERVICE = "secretsmanager";
  // As the SDK's standard retry mode has it.
  private static final int MAX_ATTEMPTS = 3;
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  // A secret has at most 64 KiB; Base64 and JSON's escapes can multiply it.
  private static final int LONGEST_ANSWER = 1 << 20;

  // The SDK allows for a clock that is wrong, which this does not.
  private static final Set<String> SIGNATURE_REFUSED =
      Set.of(
          "InvalidSignatureException",
          "SignatureDoesNotMatch",
          "IncompleteSignature",
          "RequestExpired",
          "RequestInTheFuture",
          "RequestTimeTooSkewed");

  private final String description;
  private final String secretId;
  private final DirectAccess access;
  private final SignatureV4 signature;
  private final Supplier<SecretReader> sdk;
  private volatile @Nullable SecretReader instead;
  private volatile boolean closed;

  /**
   * Makes a reader.
   *
   * @param sdk makes the reader that is asked instead once a signature of this was refused
   */
  DirectSecretReader(
      String description,
      String secretId,
      String region,
      DirectAccess access,
      Supplier<SecretReader> sdk) {
    this.description = description;
    this.secretId = secretId;
    this.access = access;
    this.signature = new SignatureV4(region, SERVICE);
    this.sdk = sdk;
  }

  /** What Secrets Manager says. */
  private record Answer(int status, @Nullable String errorType, String body) {
    @Override
    public String toString() {
      // Without the body, which may hold the secret.
      return "Answer[" + status + "]";
    }
  }

  @Override
  public @Nullable SecretValue read(SecretStage stage, boolean pastCaches, Deadline deadline)
      throws SQLException {
    for (int attempt = 1; ; attempt++) {
      SecretReader other = instead;
      if (other != null) {
        return other.read(stage, pastCaches, deadline);
      }
      SQLException failure;
      try {
        Answer answer = ask(stage, deadline);
        if (answer.status() == HttpURLConnection.HTTP_OK) {
          return value(answer.body());
        }
        String code = code(answer);
        if (stage == SecretStage.PENDING && "ResourceNotFoundException".equals(code)) {
          return null;
        }
        if (SIGNATURE_REFUSED.contains(code)) {
          useSdk(code);
          continue;
        }
        failure = AwsError.failure(description, code, message(answer), answer.status(), null);
      } catch (IOException e) {
        failure = unreachable(e, deadline);
      }
      if (attempt == MAX_ATTEMPTS || failure instanceof SQLNonTransientException) {
        throw failure;
      }
      pause(attempt, failure, deadline);
    }
  }

  private synchronized void useSdk(String code) throws SQLException {
    if (closed) {
      throw SourceFailures.closed(description);
    }
    if (instead == null) {
      LOG.warn("{}: a signature was refused ({}), so AWS's SDK is used", description, code);
      instead = sdk.get();
    }
  }

  private Answer ask(SecretStage stage, Deadline deadline) throws IOException, SQLException {
    if (closed) {
      throw SourceFailures.closed(description);
    }
    SourceFailures.requireTime(description, deadline);
    byte[] body = request(stage);
    HttpURLConnection connection =
        (HttpURLConnection) access.endpoint().resolve("/").toURL().openConnection();
    if (connection instanceof HttpsURLConnection https && TlsSocketFactory.isOfUse()) {
      https.setSSLSocketFactory(new TlsSocketFactory(https.getSSLSocketFactory()));
    }
    HttpTimeouts.set(connection, deadline);
    connection.setUseCaches(false);
    connection.setInstanceFollowRedirects(false);
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(body.length);
    sign(connection, body);
    try (OutputStream out = connection.getOutputStream()) {
      out.write(body);
    }
    int status = connection.getResponseCode();
    try (InputStream in =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      return new Answer(
          status,
          connection.getHeaderField("x-amzn-ErrorType"),
          in == null ? "" : text(in, deadline));
    }
  }

  private byte[] request(SecretStage stage) {
    JsonObject request = new JsonObject();
    request.put("SecretId", secretId);
    request.put("VersionStage", stage.label());
    return JsonWriter.string(request).getBytes(StandardCharsets.UTF_8);
  }

  private void sign(HttpURLConnection connection, byte[] body) {
    TreeMap<String, String> headers = new TreeMap<>();
    headers.put("content-type", "application/x-amz-json-1.1");
    headers.put("host", access.hostHeader());
    headers.put("x-amz-content-sha256", SignatureV4.sha256(body));
    headers.put("x-amz-date", SignatureV4.timestamp(System.currentTimeMillis() / 1000));
    headers.put("x-amz-target", "secretsmanager.GetSecretValue");
    AwsKeys keys = access.keys();
    if (keys.sessionToken() != null) {
      headers.put("x-amz-security-token", keys.sessionToken());
    }
    String authorization = signature.authorization(headers, keys);
    // The JDK sends this one itself, and does not let it be set.
    headers.remove("host");
    headers.forEach(connection::setRequestProperty);
    connection.setRequestProperty("Authorization", authorization);
    connection.setRequestProperty("Accept", "*/*");
    connection.setRequestProperty("User-Agent", "thaw");
    // The next request is minutes away; a connection kept until then may have died while frozen.
    connection.setRequestProperty("Connection", "close");
  }

  /** Reads to the end; an answer that comes in drops must not outlast the deadline. */
  private static String text(InputStream in, Deadline deadline) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[4096];
    int read = in.read(buffer);
    while (read >= 0 && all.size() < LONGEST_ANSWER) {
      all.write(buffer, 0, read);
      if (deadline.hasPassed()) {
        throw new SocketTimeoutException("the deadline has passed");
      }
      read = in.read(buffer);
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  private SecretValue value(String body) throws SQLException {
    try {
      JsonObject answer = JsonParser.object().from(body);
      Object text = answer.get("SecretString");
      Object binary = answer.get("SecretBinary");
      String version = answer.getString("VersionId");
      if (text instanceof String string) {
        return new SecretValue(version, string);
      }
      if (text == null && binary instanceof String base64) {
        return new SecretValue(
            version, new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
      }
      if (text == null && binary == null) {
        return new SecretValue(version, "");
      }
    } catch (JsonParserException | IllegalArgumentException e) {
      // Not chained, here and below: the messages quote the text, which holds the secret.
    }
    throw AwsError.unreadable(description);
  }

  private static String code(Answer answer) {
    String type = answer.errorType();
    if (type == null) {
      JsonObject error = error(answer);
      type = error.getString("__type", error.getString("code"));
    }
    if (type == null) {
      return "HTTP " + answer.status();
    }
    // "com.amazonaws.secretsmanager#ResourceNotFoundException:http://…"; see "Smithy AWS JSON 1.1
    // protocol", "Operation error serialization".
    int colon = type.indexOf(':');
    String name = colon < 0 ? type : type.substring(0, colon);
    return name.substring(name.indexOf('#') + 1);
  }

  private static String message(Answer answer) {
    JsonObject error = error(answer);
    return error.getString("message", error.getString("Message", ""));
  }

  private static JsonObject error(Answer answer) {
    try {
      return JsonParser.object().from(answer.body());
    } catch (JsonParserException e) {
      // A proxy's page, perhaps; the status says enough.
      return new JsonObject();
    }
  }

  private SQLException unreachable(IOException failure, Deadline deadline) {
    return deadline.hasPassed()
        ? AwsError.timeout(description, failure)
        : AwsError.unreachable(description, failure, failure);
  }

  private void pause(int attempt, SQLException failure, Deadline deadline) throws SQLException {
    long nanos = new Jitter().between(0.5, FIRST_PAUSE_NANOS << attempt);
    if (deadline.remaining().toNanos() <= nanos) {
      throw failure;
    }
    try {
      Pause.nanos(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw AwsError.interrupted(description, failure);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    SecretReader other = instead;
    if (other != null) {
      other.close();
    }
  }
}
