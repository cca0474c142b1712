package dev.thaw.internal.net;

import java.net.SocketException;

/** The peer acknowledges nothing any more: its host is gone, or the network between. */
public final class SilentPeerException extends SocketException {
  private static final long serialVersionUID = 1;

  /**
   * Creates an exception.
   *
   * @param millis since when the peer owes an acknowledgement
   * @param retransmits how often the kernel has sent the same again
   */
  public SilentPeerException(long millis, long retransmits) {
    super(
        "The peer has acknowledged nothing for "
            + millis
            + " ms, after "
            + retransmits
            + " retransmissions");
  }
}
