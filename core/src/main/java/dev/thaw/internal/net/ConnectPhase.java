package dev.thaw.internal.net;

/** What a call for a connection can spend its time on, and then its borrower. */
public enum ConnectPhase {
  /** Waiting for another caller to give a connection back. */
  POOL("pool"),
  /** Obtaining the credentials. */
  CREDENTIALS("credentials"),
  /** Loading the driver and preparing the connect. */
  DRIVER("driver"),
  /** Resolving the host's name. */
  DNS("DNS"),
  /** Opening the TCP connection. */
  TCP("TCP"),
  /** Waiting for the server's greeting and shaking hands for TLS. */
  TLS("TLS"),
  /** Logging in and setting up the session. */
  LOGIN("login"),
  /** Checking that a pooled connection is alive. */
  VALIDATION("validation"),
  /** Waiting before another try. */
  BACKOFF("back-off"),
  /** Using the connection, after the call has returned it. */
  USE("use");

  private final String label;

  ConnectPhase(String label) {
    this.label = label;
  }

  /** Returns the phase's name in messages. */
  public String label() {
    return label;
  }
}
