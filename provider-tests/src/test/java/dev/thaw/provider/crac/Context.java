package dev.thaw.provider.crac;

/** As org.crac finds it by name in a runtime that supports checkpoints. */
public abstract class Context<R extends Resource> implements Resource {
  /** Registers a resource. */
  public abstract void register(R resource);
}
