package dev.thaw.secrets;

import dev.thaw.credentials.DatabaseCredentials;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Recently refused logins, which are never offered as an alternative.
 *
 * <p>Not thread-safe.
 */
final class RefusedLogins {
  private static final long REMEMBERED_NANOS = Duration.ofMinutes(1).toNanos();
  // A rotation knows two versions; a second one may begin before the first is forgotten.
  private static final int MOST = 4;

  private final Deque<Refusal> refusals = new ArrayDeque<>();

  private record Refusal(DatabaseCredentials credentials, long at) {}

  void add(DatabaseCredentials refused, long now) {
    remove(refused);
    refusals.addLast(new Refusal(refused, now));
    if (refusals.size() > MOST) {
      refusals.removeFirst();
    }
  }

  void remove(DatabaseCredentials credentials) {
    refusals.removeIf(refusal -> refusal.credentials().sameConnect(credentials));
  }

  boolean contains(DatabaseCredentials credentials, long now) {
    refusals.removeIf(refusal -> now - refusal.at() > REMEMBERED_NANOS);
    return refusals.stream().anyMatch(refusal -> refusal.credentials().sameConnect(credentials));
  }

  void clear() {
    refusals.clear();
  }
}
