package dev.thaw.secrets;

import dev.thaw.secrets.RoleKeys.Keys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests to the root of a service of AWS: a {@code POST} without a query in a header, a
 * {@code GET} in its query.
 *
 * <p>AWS, "Create a signed AWS API request". AWS's SDK signs the same, but loads some 160 classes
 * more for it, which takes a cold start 80 ms. Immutable.
 */
final class SignatureV4 {
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final String HMAC = "HmacSHA256";
  // RFC 3986, section 2.3, "Unreserved Characters", beside letters and digits.
  private static final String UNRESERVED = "-_.~";

  private final String region;
  private final String service;

  SignatureV4(String region, String service) {
    this.region = region;
    this.service = service;
  }

  /** Returns a moment as the header {@code x-amz-date} has it, such as 20260131T235959Z. */
  static String timestamp(long epochSecond) {
    // A DateTimeFormatter would be loaded for this alone.
    LocalDateTime time = LocalDateTime.ofEpochSecond(epochSecond, 0, ZoneOffset.UTC);
    int date = time.getYear() * 10_000 + time.getMonthValue() * 100 + time.getDayOfMonth();
    int second = time.getHour() * 10_000 + time.getMinute() * 100 + time.getSecond();
    // The leading one keeps the zeros before the hour.
    return date + "T" + Integer.toString(1_000_000 + second).substring(1) + "Z";
  }

  /**
   * Returns the header {@code Authorization} of a {@code POST}.
   *
   * @param headers what is signed, by names in lower case: {@code host}, {@code x-amz-date}, {@code
   *     x-amz-content-sha256} and all others that begin with {@code x-amz-}
   * @param keys the keys to sign with; a session's token must be among the headers
   */
  String authorization(SortedMap<String, String> headers, Keys keys) {
    String timestamp = String.valueOf(headers.get("x-amz-date"));
    String names = String.join(";", headers.keySet());
    StringBuilder request = new StringBuilder("POST\n/\n\n");
    for (Map.Entry<String, String> header : headers.entrySet()) {
      request.append(header.getKey()).append(':').append(header.getValue().strip()).append('\n');
    }
    request.append('\n').append(names).append('\n').append(headers.get("x-amz-content-sha256"));
    return ALGORITHM
        + " Credential="
        + keys.accessKeyId()
        + "/"
        + scope(timestamp)
        + ", SignedHeaders="
        + names
        + ", Signature="
        + signature(timestamp, request.toString(), keys);
  }

  /**
   * Returns the address of a {@code GET}, without the scheme, that carries its signature.
   *
   * @param host the header {@code Host}: the name, with the port unless it is the scheme's
   * @param parameters what is asked
   * @param keys the keys to sign with
   * @param epochSecond the time from which it is valid
   * @param seconds how long it is valid
   */
  String presigned(
      String host, Map<String, String> parameters, Keys keys, long epochSecond, int seconds) {
    String timestamp = timestamp(epochSecond);
    TreeMap<String, String> all = new TreeMap<>(parameters);
    all.put("X-Amz-Algorithm", ALGORITHM);
    all.put("X-Amz-Credential", keys.accessKeyId() + "/" + scope(timestamp));
    all.put("X-Amz-Date", timestamp);
    all.put("X-Amz-Expires", String.valueOf(seconds));
    all.put("X-Amz-SignedHeaders", "host");
    if (keys.sessionToken() != null) {
      all.put("X-Amz-Security-Token", keys.sessionToken());
    }
    StringBuilder query = new StringBuilder();
    for (Map.Entry<String, String> parameter : all.entrySet()) {
      query.append(query.isEmpty() ? "" : "&");
      encode(parameter.getKey(), query);
      encode(parameter.getValue(), query.append('='));
    }
    String request = "GET\n/\n" + query + "\nhost:" + host + "\n\nhost\n" + sha256(new byte[0]);
    return host + "/?" + query + "&X-Amz-Signature=" + signature(timestamp, request, keys);
  }

  private static void encode(String text, StringBuilder to) {
    for (byte octet : bytes(text)) {
      char c = (char) (octet & 0xFF);
      if ((c >= 'A' && c <= 'Z')
          || (c >= 'a' && c <= 'z')
          || (c >= '0' && c <= '9')
          || UNRESERVED.indexOf(c) >= 0) {
        to.append(c);
      } else {
        to.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
      }
    }
  }

  private String scope(String timestamp) {
    return timestamp.substring(0, 8) + "/" + region + "/" + service + "/aws4_request";
  }

  private String signature(String timestamp, String request, Keys keys) {
    String toSign =
        ALGORITHM + "\n" + timestamp + "\n" + scope(timestamp) + "\n" + sha256(bytes(request));
    try {
      byte[] key = bytes("AWS4" + keys.secretAccessKey());
      for (String part : scope(timestamp).split("/", -1)) {
        key = hmac(key, part);
      }
      return HexFormat.of().formatHex(hmac(key, toSign));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JVM has " + HMAC, e);
    }
  }

  /** Returns the header {@code x-amz-content-sha256} for a body. */
  static String sha256(byte[] data) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JVM has SHA-256", e);
    }
  }

  private static byte[] hmac(byte[] key, String data) throws GeneralSecurityException {
    Mac mac = Mac.getInstance(HMAC);
    mac.init(new SecretKeySpec(key, HMAC));
    return mac.doFinal(bytes(data));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
