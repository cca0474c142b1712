package dev.thaw;

/** Why a connection was closed instead of being kept for reuse. */
public enum RetireReason {
  /** The server had closed it, as the local kernel knew before it was handed out. */
  CLOSED_BY_SERVER,
  /** It did not answer a ping in time before it was handed out. */
  NO_ANSWER,
  /** Another connection was found dead, and this one had been idle since before that. */
  SUSPECT,
  /** It failed while it was in use, or could not be reset at its return. */
  BROKEN,
  /** It, or a sibling before, had a write refused as read-only, as by a former writer. */
  READ_ONLY,
  /** Newer credentials than those it was opened with have worked since. */
  CREDENTIALS_ROTATED,
  /** It was idle longer than the idle timeout, and others were left. */
  IDLE,
  /** It was open longer than the maximum lifetime. */
  EXPIRED,
  /** The server was short of connections, so it was given back at return. */
  SERVER_FULL,
  /** A snapshot of the process was about to be taken. */
  CHECKPOINT,
  /** The provider was closed. */
  PROVIDER_CLOSED
}
