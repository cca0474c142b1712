package dev.thaw.internal.net;

import dev.thaw.Deadline;
import java.net.SocketTimeoutException;

/** Is told how far a connect has come. */
public interface Phases {
  /** Records that the phase before, if any, has ended and the given one begins. */
  void enter(ConnectPhase phase);

  /**
   * Records the same of a phase that must not begin after the deadline.
   *
   * @return the deadline from here on
   * @throws SocketTimeoutException if the deadline has passed
   */
  default Deadline enter(ConnectPhase phase, Deadline deadline) throws SocketTimeoutException {
    enter(phase);
    return requireTime(phase, deadline);
  }

  /**
   * Returns a deadline that has not passed.
   *
   * @throws SocketTimeoutException if it has
   */
  static Deadline requireTime(ConnectPhase phase, Deadline deadline) throws SocketTimeoutException {
    if (deadline.hasPassed()) {
      throw new SocketTimeoutException("The deadline passed before phase " + phase.label());
    }
    return deadline;
  }

  /**
   * Records that the server has sent its greeting.
   *
   * @return the deadline from here on
   */
  default Deadline greeted(Deadline deadline) {
    return deadline;
  }
}
