package dev.thaw.examples.local.playground;

import java.util.Locale;

/** How a request of a lane ended. */
enum RequestStatus {
  OK,
  SLOW,
  FAILED;

  private static final long SLOW_MILLIS = 500;

  static RequestStatus of(boolean successful, long millis) {
    if (!successful) {
      return FAILED;
    }
    return millis > SLOW_MILLIS ? SLOW : OK;
  }

  /** Returns its name for clients. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
