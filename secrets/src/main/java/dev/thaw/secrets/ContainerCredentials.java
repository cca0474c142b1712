package dev.thaw.secrets;

import com.grack.nanojson.JsonObject;
import dev.thaw.Deadline;
import dev.thaw.secrets.RoleKeys.Keys;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a role that a process asks for with a {@code GET} on the loopback interface, kept
 * until shortly before their end.
 *
 * <p>AWS SDKs and Tools Reference Guide, "Container credential provider". Each thread that needs
 * keys asks for itself: that takes a millisecond. Thread-safe.
 */
final class ContainerCredentials {
  static final String URI_VARIABLE = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
  static final String TOKEN_VARIABLE = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
  static final String TOKEN_FILE_VARIABLE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

  private static final String NAME = "the address of " + URI_VARIABLE;
  private static final RoleKeys.Names NAMES =
      new RoleKeys.Names(
          "AccessKeyId of " + NAME, "SecretAccessKey of " + NAME, "Token of " + NAME);
  private static final int LARGEST_TOKEN = 1 << 16;
  // What is signed at the last moment must still arrive.
  private static final Duration MARGIN = Duration.ofMinutes(1);
  // An end in the year 9999 stands for none.
  private static final Duration LONGEST_KEPT = Duration.ofDays(1);
  private static final Pattern LONG_YEAR = Pattern.compile("[0-9]{5,}-");
  private static final Pattern OFFSET = Pattern.compile("T.*[+-]([0-9]{2})([0-9]{2})$");

  private final URI uri;
  private final Map<String, String> variables;
  private final ElapsedClock clock;
  private @Nullable Keys kept;
  private long keptUntil;
  private int era;

  /**
   * Makes an empty memory; does no I/O.
   *
   * @param uri an http address on the loopback interface
   * @param variables the environment
   */
  ContainerCredentials(URI uri, Map<String, String> variables, ElapsedClock clock) {
    this.uri = uri;
    this.variables = variables;
    this.clock = clock;
  }

  /** Returns keys as {@link RoleKeys#keys} does. */
  Keys keys(String description, Deadline deadline) throws SQLException {
    int now;
    synchronized (this) {
      if (kept != null && clock.nanos() < keptUntil) {
        return kept;
      }
      now = era;
    }
    HttpService service =
        HttpService.of(
            description, NAME, "Lambda sets that variable with SnapStart", HttpEndpoint.of(uri));
    String query = uri.getRawQuery();
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String target = path + (query == null ? "" : "?" + query);
    long began = clock.nanos();
    JsonObject answer =
        service.ask(
            () -> HttpRequest.get(target, headers(description)),
            got -> object(description, got),
            deadline);
    Instant end = end(description, answer);
    Keys keys = keys(description, answer).until(end).unexpired(description, clock.now());
    keep(keys, began + lifetime(end), now);
    return keys;
  }

  /** Keeps the keys, unless all was forgotten since they were asked for, perhaps for a snapshot. */
  private synchronized void keep(Keys keys, long until, int fetchedInEra) {
    if (fetchedInEra == era) {
      kept = keys;
      keptUntil = until;
    }
  }

  private Map<String, String> headers(String description) throws SQLException {
    String file = variables.getOrDefault(TOKEN_FILE_VARIABLE, "");
    String token =
        file.isEmpty()
            ? HeaderValue.checked(
                description, TOKEN_VARIABLE, variables.getOrDefault(TOKEN_VARIABLE, ""))
            : HeaderValue.checked(
                description, "the file of " + TOKEN_FILE_VARIABLE, read(description, file));
    return token.isEmpty() ? Map.of() : Map.of("Authorization", token);
  }

  /** Reads the token, which may be replaced at any time. */
  private static String read(String description, String file) throws SQLException {
    try {
      Path path = Path.of(file);
      // Opening a pipe would wait for a writer.
      if (!Files.isRegularFile(path)) {
        throw SourceFailures.passing(
            description + ": " + TOKEN_FILE_VARIABLE + " names no regular file", null);
      }
      try (InputStream in = Files.newInputStream(path)) {
        return new String(in.readNBytes(LARGEST_TOKEN), StandardCharsets.UTF_8);
      }
    } catch (IOException | InvalidPathException e) {
      throw SourceFailures.passing(
          description + ": the file of " + TOKEN_FILE_VARIABLE + " cannot be read: " + e, e);
    }
  }

  private static JsonObject object(String description, HttpAnswer answer) throws SQLException {
    JsonObject object;
    try {
      object = Json.object(answer.body());
    } catch (Json.NotJsonException e) {
      if (answer.status() == 200) {
        throw SourceFailures.unreadable(description, NAME);
      }
      object = new JsonObject();
    }
    if (answer.status() == 200) {
      return object;
    }
    throw AwsError.failure(
        description + ": no keys of the role from " + NAME,
        object.getString("code", "HTTP " + answer.status()),
        object.getString("message", ""),
        answer.status(),
        null);
  }

  private static Keys keys(String description, JsonObject answer) throws SQLException {
    String id = answer.getString("AccessKeyId");
    String secret = answer.getString("SecretAccessKey");
    if (id == null || secret == null) {
      throw SourceFailures.unreadable(description, NAME);
    }
    return Keys.checked(description, NAMES, id, secret, answer.getString("Token"));
  }

  /**
   * Reads the end of the keys as AWS's SDKs do: ISO 8601 with or without fractions of a second, an
   * offset with or without a colon, and years of more than four digits.
   */
  private static @Nullable Instant end(String description, JsonObject answer) throws SQLException {
    String expiration = answer.getString("Expiration");
    if (expiration == null) {
      return null;
    }
    String text = LONG_YEAR.matcher(expiration).lookingAt() ? "+" + expiration : expiration;
    Matcher offset = OFFSET.matcher(text);
    try {
      return OffsetDateTime.parse(
              offset.find() ? text.substring(0, offset.start(2)) + ":" + offset.group(2) : text)
          .toInstant();
    } catch (DateTimeException e) {
      throw SourceFailures.unreadable(description, NAME);
    }
  }

  /** Returns for how many nanoseconds the keys may be kept. */
  private long lifetime(@Nullable Instant end) {
    if (end == null) {
      return 0;
    }
    Duration left = Duration.between(clock.now(), end).minus(MARGIN);
    return (left.compareTo(LONGEST_KEPT) < 0 ? left : LONGEST_KEPT).toNanos();
  }

  /** Forgets the keys. */
  synchronized void forget() {
    era++;
    kept = null;
  }
}
