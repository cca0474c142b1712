package dev.thaw.testing.internal.server;

import java.security.SecureRandom;

/** Makes passwords that nobody can guess. */
public final class Passwords {
  private static final String ALPHABET =
      "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
  private static final int LENGTH = 24;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Passwords() {}

  /** Returns a new password; a server with {@code validate_password} takes it. */
  public static String random() {
    StringBuilder password = new StringBuilder("Aa1-");
    for (int i = 0; i < LENGTH; i++) {
      password.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    }
    return password.toString();
  }
}
