package dev.thaw.secrets;

import dev.thaw.Deadline;
import dev.thaw.internal.net.Loopback;
import java.net.URI;
import java.net.URISyntaxException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the function's role, without AWS's SDK: from the variables {@code AWS_ACCESS_KEY_ID}
 * and the others or, where Lambda sets none (SnapStart), its {@link ContainerCredentials}.
 *
 * <p>AWS Lambda, "Activating and managing Lambda SnapStart". Thread-safe.
 */
final class RoleKeys {
  private static final String ID = "AWS_ACCESS_KEY_ID";
  private static final String SECRET = "AWS_SECRET_ACCESS_KEY";
  private static final String TOKEN = "AWS_SESSION_TOKEN";

  // What the SDK's chain of credentials asks before the variables, and before the container.
  private static final String[] SDK_PROPERTIES = {
    "aws.accessKeyId", "aws.secretAccessKey", "aws.sessionToken"
  };
  private static final String[] SDK_VARIABLES = {
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_PROFILE",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
  };

  private final Map<String, String> variables;
  private final @Nullable ContainerCredentials container;

  /**
   * Keys to sign with.
   *
   * @param accessKeyId names the secret key
   * @param secretAccessKey the secret key
   * @param sessionToken what is sent with them; {@code null} with lasting keys
   * @param expiry from when AWS no longer takes them, nor what they have signed; {@code null} if
   *     that is not known
   */
  record Keys(
      String accessKeyId,
      String secretAccessKey,
      @Nullable String sessionToken,
      @Nullable Instant expiry) {

    /** Returns keys, each checked, and named for an error as here. */
    static Keys checked(
        String description, Names names, String id, String secret, @Nullable String token)
        throws SQLException {
      return new Keys(
          HeaderValue.checked(description, names.id, id),
          HeaderValue.checked(description, names.secret, secret),
          token == null || token.isEmpty()
              ? null
              : HeaderValue.checked(description, names.token, token),
          null);
    }

    /** Returns the same keys, which AWS takes until then. */
    Keys until(@Nullable Instant end) {
      return new Keys(accessKeyId, secretAccessKey, sessionToken, end);
    }

    /** Returns whether AWS no longer takes them. */
    boolean hasExpired(Instant now) {
      return expiry != null && !now.isBefore(expiry);
    }

    /**
     * Returns the same keys.
     *
     * @throws java.sql.SQLTransientConnectionException if they have expired
     */
    Keys unexpired(String description, Instant now) throws SQLException {
      if (hasExpired(now)) {
        throw SourceFailures.passing(
            description
                + ": the AWS keys to sign with expired at "
                + expiry
                + ", and now is "
                + now
                + ": check what provides them, and the clock",
            null);
      }
      return this;
    }

    /** Returns no key. */
    @Override
    public String toString() {
      return "Keys[***]";
    }
  }

  /** Where the three keys come from, for errors. */
  record Names(String id, String secret, String token) {}

  private RoleKeys(Map<String, String> variables, @Nullable ContainerCredentials container) {
    this.variables = variables;
    this.container = container;
  }

  /**
   * Returns the keys, not asked for yet; {@code null} if only AWS's SDK can find them.
   *
   * @param variables the environment
   * @param clock what the age of keys is judged by
   */
  static @Nullable RoleKeys of(Map<String, String> variables, ElapsedClock clock) {
    // Without a stream, here and below, which a cold start would load for this alone.
    for (String name : SDK_PROPERTIES) {
      if (System.getProperty(name) != null) {
        return null;
      }
    }
    if (isSet(variables, ID) && isSet(variables, SECRET)) {
      return new RoleKeys(variables, null);
    }
    for (String name : SDK_VARIABLES) {
      if (isSet(variables, name)) {
        return null;
      }
    }
    URI uri = loopback(variables.get(ContainerCredentials.URI_VARIABLE));
    return uri == null
        ? null
        : new RoleKeys(variables, new ContainerCredentials(uri, variables, clock));
  }

  private static boolean isSet(Map<String, String> variables, String name) {
    String value = variables.get(name);
    return value != null && !value.isEmpty();
  }

  /** Returns an address on the loopback interface; others, as those of ECS, are the SDK's. */
  private static @Nullable URI loopback(@Nullable String text) {
    try {
      URI uri = text == null ? null : new URI(text);
      return uri != null
              && "http".equals(uri.getScheme())
              && uri.getHost() != null
              && Loopback.isName(uri.getHost())
          ? uri
          : null;
    } catch (URISyntaxException e) {
      // The SDK says what is wrong with it.
      return null;
    }
  }

  /**
   * Returns the keys that are good now, and asks for them if need be.
   *
   * @param description names, for errors, what they are needed for
   * @throws java.sql.SQLTimeoutException if the deadline passes first
   * @throws java.sql.SQLTransientConnectionException if the container's credentials cannot be had
   *     now, or the calling thread is interrupted
   * @throws java.sql.SQLNonTransientConnectionException if they are refused, or a key cannot be
   *     sent
   */
  Keys keys(String description, Deadline deadline) throws SQLException {
    return container == null
        ? Keys.checked(
            description,
            new Names(ID, SECRET, TOKEN),
            variables.getOrDefault(ID, ""),
            variables.getOrDefault(SECRET, ""),
            isSet(variables, TOKEN) ? variables.get(TOKEN) : null)
        : container.keys(description, deadline);
  }

  /** Forgets the container's keys: before a snapshot, or because they were refused. */
  void forget() {
    if (container != null) {
      container.forget();
    }
  }
}
