package dev.thaw.testing.crac;

/** As org.crac finds it by name in a runtime that supports checkpoints. */
public interface Resource {
  void beforeCheckpoint(Context<? extends Resource> context) throws Exception;

  void afterRestore(Context<? extends Resource> context) throws Exception;
}
