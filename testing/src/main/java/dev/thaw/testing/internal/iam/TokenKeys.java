package dev.thaw.testing.internal.iam;

import dev.thaw.testing.internal.server.Passwords;

/**
 * The keys of a role, as AWS gives them to a function.
 *
 * @param accessKeyId names the key
 * @param secretAccessKey the key to sign with
 * @param sessionToken belongs to the key
 */
public record TokenKeys(String accessKeyId, String secretAccessKey, String sessionToken) {

  /** Returns new keys. */
  public static TokenKeys random() {
    return new TokenKeys("ASIAIOSFODNN7EXAMPLE", Passwords.random(), Passwords.random());
  }

  @Override
  public String toString() {
    return "TokenKeys[" + accessKeyId + "]";
  }
}
