package dev.thaw.provider.crac;

/** As org.crac finds it by name in a runtime that supports checkpoints. */
public interface Resource {
  /** Called before the snapshot. */
  void beforeCheckpoint(Context<? extends Resource> context) throws Exception;

  /** Called after the restore. */
  void afterRestore(Context<? extends Resource> context) throws Exception;
}
