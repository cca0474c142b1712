package dev.thaw.internal.net;

import java.io.IOException;
import java.net.SocketException;

/** The peer acknowledges nothing any more: its host is gone, or the network between. */
public final class SilentPeerException extends SocketException {
  private static final long serialVersionUID = 1;

  private SilentPeerException(String evidence) {
    super(evidence);
  }

  /**
   * Returns one for a peer that has not acknowledged what it was sent.
   *
   * @param millis since when it owes that
   * @param retransmits how often the kernel has sent the same again
   */
  public static SilentPeerException afterRetransmits(long millis, long retransmits) {
    return new SilentPeerException(
        "The peer has acknowledged nothing for "
            + millis
            + " ms, after "
            + retransmits
            + " retransmissions");
  }

  /**
   * Returns one for a peer that had no room for more, and does not say any longer whether it has.
   *
   * @param probes how often the kernel has asked
   */
  static SilentPeerException afterProbes(long probes) {
    return new SilentPeerException(
        "The peer has answered none of " + probes + " probes of its full receive window");
  }

  /**
   * Returns one for a peer that keep-alive has given up.
   *
   * @param millis since when an answer is awaited
   * @param error what the kernel says
   */
  static SilentPeerException afterKeepAlive(long millis, IOException error) {
    SilentPeerException exception =
        new SilentPeerException(
            "The peer has not answered for "
                + millis
                + " ms, nor to keep-alive: "
                + error.getMessage());
    exception.initCause(error);
    return exception;
  }
}
