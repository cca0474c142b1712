package dev.thaw.internal.provider;

/**
 * How many logins of one get the server has answered with a refusal of the account or its schema.
 *
 * <p>Not thread-safe.
 */
final class LoginCount {
  private static final int MOST = 3;

  private int refused;

  void refused() {
    refused++;
  }

  int get() {
    return refused;
  }

  /** Returns whether no further login may be sent: accounts get locked. */
  boolean isUsedUp() {
    return refused >= MOST;
  }
}
