package dev.thaw.testing.internal.iam;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks tokens as RDS does: address, action, user, scope, time and signature.
 *
 * <p>Amazon RDS User Guide, "Connecting using IAM authentication"; AWS, "Create a signed AWS API
 * request". Immutable.
 */
public final class TokenCheck {
  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");
  private static final Duration LIFETIME = Duration.ofMinutes(15);
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);
  private static final String SIGNATURE = "X-Amz-Signature";

  private final TokenKeys keys;
  private final String region;
  private final InstantSource clock;

  /** Makes a check for tokens that a role signs for a region. */
  public TokenCheck(TokenKeys keys, String region, InstantSource clock) {
    this.keys = keys;
    this.region = region;
    this.clock = clock;
  }

  /**
   * Returns why a token is refused, or nothing if it is not.
   *
   * @param token the token
   * @param address the address that it must be for
   * @param user the user who logs in
   */
  public Optional<String> refusal(String token, String address, String user) {
    int question = token.indexOf("/?");
    if (question < 0) {
      return Optional.of("the password is no token");
    }
    Map<String, String> parameters = new TreeMap<>();
    for (String parameter : token.substring(question + 2).split("&", -1)) {
      int equals = parameter.indexOf('=');
      if (equals < 0
          || parameters.put(parameter.substring(0, equals), decoded(parameter, equals)) != null) {
        return Optional.of("the token's parameters are malformed");
      }
    }
    String signed = token.substring(0, question);
    if (!signed.equals(address)) {
      return Optional.of("the token is for " + signed + " and not for " + address);
    }
    return of(parameters, user)
        .or(() -> ofTime(parameters))
        .or(() -> ofSignature(parameters, signed));
  }

  private static String decoded(String parameter, int equals) {
    return URLDecoder.decode(
        parameter.substring(equals + 1).replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private Optional<String> of(Map<String, String> parameters, String user) {
    String scope =
        keys.accessKeyId() + "/" + date(parameters) + "/" + region + "/rds-db/aws4_request";
    return mismatch(parameters, "Action", "connect")
        .or(() -> mismatch(parameters, "DBUser", user))
        .or(() -> mismatch(parameters, "X-Amz-Algorithm", "AWS4-HMAC-SHA256"))
        .or(() -> mismatch(parameters, "X-Amz-Credential", scope))
        .or(() -> mismatch(parameters, "X-Amz-SignedHeaders", "host"))
        .or(
            () ->
                keys.sessionToken().equals(parameters.get("X-Amz-Security-Token"))
                    ? Optional.empty()
                    : Optional.of("the session's token is not that of the role"));
  }

  private static Optional<String> mismatch(
      Map<String, String> parameters, String name, String expected) {
    String value = parameters.getOrDefault(name, "missing");
    return value.equals(expected)
        ? Optional.empty()
        : Optional.of(name + " is " + value + " and not " + expected);
  }

  private static String date(Map<String, String> parameters) {
    String time = parameters.getOrDefault("X-Amz-Date", "");
    return time.substring(0, Math.min(8, time.length()));
  }

  private Optional<String> ofTime(Map<String, String> parameters) {
    Instant signed;
    Duration expires;
    try {
      signed =
          LocalDateTime.parse(parameters.getOrDefault("X-Amz-Date", ""), DATE)
              .toInstant(ZoneOffset.UTC);
      expires = Duration.ofSeconds(Long.parseLong(parameters.getOrDefault("X-Amz-Expires", "")));
    } catch (DateTimeException | NumberFormatException e) {
      return Optional.of("the token's time is malformed");
    }
    if (expires.compareTo(LIFETIME) > 0) {
      return Optional.of("X-Amz-Expires is more than 900");
    }
    Instant now = clock.instant();
    if (signed.isAfter(now.plus(CLOCK_SKEW))) {
      return Optional.of("the token is of the future: " + signed);
    }
    return now.isBefore(signed.plus(expires))
        ? Optional.empty()
        : Optional.of("the token has expired at " + signed.plus(expires));
  }

  private Optional<String> ofSignature(Map<String, String> parameters, String address) {
    TreeMap<String, String> signed = new TreeMap<>(parameters);
    String given = signed.remove(SIGNATURE);
    StringBuilder query = new StringBuilder();
    signed.forEach(
        (name, value) ->
            query
                .append(query.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(encoded(value)));
    try {
      return signature(parameters, query.toString(), address).equals(given)
          ? Optional.empty()
          : Optional.of("the signature is not that of the role's key");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  private String signature(Map<String, String> parameters, String query, String address)
      throws GeneralSecurityException {
    String request = "GET\n/\n" + query + "\nhost:" + address + "\n\nhost\n" + sha256("");
    String scope = date(parameters) + "/" + region + "/rds-db/aws4_request";
    byte[] key = bytes("AWS4" + keys.secretAccessKey());
    for (String part : scope.split("/", -1)) {
      key = hmac(key, part);
    }
    String toSign =
        "AWS4-HMAC-SHA256\n" + parameters.get("X-Amz-Date") + "\n" + scope + "\n" + sha256(request);
    return HexFormat.of().formatHex(hmac(key, toSign));
  }

  private static String sha256(String text) throws GeneralSecurityException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(text)));
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
