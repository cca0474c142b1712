package dev.thaw.secrets;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs a {@code POST} to the root of a service of AWS, without a query.
 *
 * <p>AWS, "Create a signed AWS API request". AWS's SDK signs the same, but loads some 160 classes
 * more for it, which takes a cold start 80 ms. Immutable.
 */
final class SignatureV4 {
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final String HMAC = "HmacSHA256";

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
   * Returns the header {@code Authorization}.
   *
   * @param headers what is signed, by names in lower case: {@code host}, {@code x-amz-date}, {@code
   *     x-amz-content-sha256} and all others that begin with {@code x-amz-}
   * @param accessKeyId whose signature it is
   * @param secretAccessKey the key to sign with
   */
  String authorization(
      SortedMap<String, String> headers, String accessKeyId, String secretAccessKey) {
    try {
      String timestamp = String.valueOf(headers.get("x-amz-date"));
      String date = timestamp.substring(0, 8);
      String scope = date + "/" + region + "/" + service + "/aws4_request";
      String names = String.join(";", headers.keySet());
      String toSign =
          ALGORITHM
              + "\n"
              + timestamp
              + "\n"
              + scope
              + "\n"
              + sha256(bytes(request(headers, names)));
      byte[] key = bytes("AWS4" + secretAccessKey);
      for (String part : new String[] {date, region, service, "aws4_request"}) {
        key = hmac(key, part);
      }
      return ALGORITHM
          + " Credential="
          + accessKeyId
          + "/"
          + scope
          + ", SignedHeaders="
          + names
          + ", Signature="
          + HexFormat.of().formatHex(hmac(key, toSign));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JVM has " + HMAC, e);
    }
  }

  private static String request(SortedMap<String, String> headers, String names) {
    StringBuilder text = new StringBuilder("POST\n/\n\n");
    for (Map.Entry<String, String> header : headers.entrySet()) {
      text.append(header.getKey()).append(':').append(header.getValue().strip()).append('\n');
    }
    return text.append('\n')
        .append(names)
        .append('\n')
        .append(headers.get("x-amz-content-sha256"))
        .toString();
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
