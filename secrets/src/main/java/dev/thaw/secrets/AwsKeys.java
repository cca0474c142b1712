package dev.thaw.secrets;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a request to AWS is signed with.
 *
 * @param accessKeyId whose signature it is
 * @param secretAccessKey the key to sign with
 * @param sessionToken the session's token; {@code null} for lasting keys
 * @param expiry from when AWS no longer takes them; {@code null} if that is not known
 */
record AwsKeys(
    String accessKeyId,
    String secretAccessKey,
    @Nullable String sessionToken,
    @Nullable Instant expiry) {

  @Override
  public String toString() {
    return "AwsKeys[***]";
  }
}
