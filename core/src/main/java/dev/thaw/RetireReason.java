package dev.thaw;

/** The reason for closing a connection instead of keeping it for reuse. */
public enum RetireReason {
  /** The server had closed it; detected without a round trip before it was lent out. */
  CLOSED_BY_SERVER,
  /** It did not answer a ping in time before it was lent out. */
  NO_ANSWER,
  /** It was idle when another connection was found dead. */
  SUSPECT,
  /** It failed while in use, also by its deadline, or could not be reset on return. */
  BROKEN,
  /** The server refused a write as read-only, as a former writer does, on it or on another one. */
  READ_ONLY,
  /** A login with newer credentials than its own has succeeded. */
  CREDENTIALS_ROTATED,
  /** It was idle for longer than the idle timeout, and others were left open. */
  IDLE,
  /** It was open for longer than the maximum lifetime. */
  EXPIRED,
  /** The server was short of connections when it was returned. */
  SERVER_FULL,
  /** An object of the driver was taken from it by unwrap, which may be used after the return. */
  UNWRAPPED,
  /** A snapshot of the process was about to be taken. */
  CHECKPOINT,
  /** The provider was closed. */
  PROVIDER_CLOSED
}
