package dev.thaw.provider.crac;

/** As org.crac finds it by name in a runtime that supports checkpoints. */
public class CheckpointException extends Exception {
  private static final long serialVersionUID = 1;
}
