package dev.thaw.testing.internal.server;

import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Makes random passwords. */
public final class Passwords {
  private static final String ALPHABET =
      "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
  private static final int LENGTH = 24;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Kept so that logs can be searched for them. */
  private static final Set<String> MADE = ConcurrentHashMap.newKeySet();

  private Passwords() {}

  /** Returns a new password; a server with {@code validate_password} takes it. */
  public static String random() {
    StringBuilder password = new StringBuilder("Aa1-");
    for (int i = 0; i < LENGTH; i++) {
      password.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    }
    String made = password.toString();
    MADE.add(made);
    return made;
  }

  /** Returns all passwords that were made in this JVM. */
  public static List<String> made() {
    return List.copyOf(MADE);
  }
}
