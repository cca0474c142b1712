package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import dev.thaw.internal.net.PhaseTimes;

/**
 * One get that must wait for something: until when, and where the time has gone.
 *
 * @param deadline the end of it
 * @param bounded whether the caller has set the deadline; if not, it is the acquire timeout
 * @param purpose what the connection is for
 * @param times how long each phase has taken
 */
record Acquisition(Deadline deadline, boolean bounded, Purpose purpose, PhaseTimes times) {

  /** What a connection is for. */
  enum Purpose {
    /** The application's use. */
    USE,
    /** A check of the database, which tells what the first try meets. */
    CHECK,
    /** A check in the init phase, where the function has whole processors. */
    WARM_UP,
    /** The end of one statement. */
    CANCEL,
    /** The end of all statements, when the provider is closed or suspended already. */
    CANCEL_ALL
  }

  /** Returns whether to try again where that may help. */
  boolean retry() {
    return purpose == Purpose.USE;
  }

  /** Returns what is left until the deadline, in milliseconds. */
  long remainingMillis() {
    return deadline.remaining().toMillis();
  }
}
