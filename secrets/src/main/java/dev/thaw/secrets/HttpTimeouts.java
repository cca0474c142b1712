package dev.thaw.secrets;

import dev.thaw.Deadline;
import java.net.HttpURLConnection;
import org.jspecify.annotations.Nullable;

/** How long a request to Secrets Manager may wait. */
final class HttpTimeouts {
  // The defaults of AWS's SDK.
  private static final int LONGEST_CONNECT_MILLIS = 2_000;
  private static final int LONGEST_WAIT_MILLIS = 30_000;

  private HttpTimeouts() {}

  /** Lets a connection wait no longer than until the deadline, if there is one. */
  static void set(HttpURLConnection connection, @Nullable Deadline deadline) {
    int millis = deadline == null ? LONGEST_WAIT_MILLIS : millis(deadline);
    connection.setConnectTimeout(Math.min(millis, LONGEST_CONNECT_MILLIS));
    connection.setReadTimeout(millis);
  }

  private static int millis(Deadline deadline) {
    // Zero would be no limit.
    return (int) Math.max(1, Math.min(LONGEST_WAIT_MILLIS, deadline.remaining().toMillis()));
  }
}
