package dev.thaw.internal.net;

import java.net.SocketTimeoutException;

/** The deadline passed before a byte of a request was sent: the server has not got the request. */
public final class NothingSentException extends SocketTimeoutException {
  private static final long serialVersionUID = 1;

  NothingSentException() {
    super("The deadline passed before anything was sent");
  }
}
