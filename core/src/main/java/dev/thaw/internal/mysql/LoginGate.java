package dev.thaw.internal.mysql;

import java.io.IOException;

/** Lets the connector decide when, and whether, an open connection may log in. */
public interface LoginGate {

  /**
   * Waits until the login may be sent; runs on the connecting thread, after TLS where it is used.
   *
   * @throws IOException if the login must not be sent any more
   */
  void enter() throws IOException;

  /**
   * Called once the server has accepted the login. After a failure the owner of the gate calls it,
   * when it has recorded what happened. Idempotent.
   */
  void leave();
}
