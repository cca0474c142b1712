package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import dev.thaw.internal.net.PhaseTimes;

/**
 * One get that must wait for something: until when, and where the time has gone.
 *
 * @param deadline the end of it
 * @param bounded whether the caller has set the deadline; if not, it is the acquire timeout
 * @param retry whether to try again where that may help
 * @param times how long each phase has taken
 */
record Acquisition(Deadline deadline, boolean bounded, boolean retry, PhaseTimes times) {

  /** Returns what is left until the deadline, in milliseconds. */
  long remainingMillis() {
    return deadline.remaining().toMillis();
  }
}
