package dev.thaw.internal.provider;

import dev.thaw.internal.util.HiddenFailure;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ties a provider to the checkpoints of CRaC, which AWS Lambda SnapStart calls too.
 *
 * <p>Its owner must keep it: the registry holds it weakly. Its methods never throw, since the
 * Lambda runtime ends the process if a hook does. Only loaded where a checkpoint may come.
 */
final class CheckpointHook implements Resource {
  private static final Logger LOG = LoggerFactory.getLogger("dev.thaw.ConnectionProvider");

  private final Runnable beforeCheckpoint;
  private final Runnable afterRestore;

  private CheckpointHook(Runnable beforeCheckpoint, Runnable afterRestore) {
    this.beforeCheckpoint = beforeCheckpoint;
    this.afterRestore = afterRestore;
  }

  /** Registers a hook; the returned object must be kept as long as the hook is to work. */
  static CheckpointHook register(Runnable beforeCheckpoint, Runnable afterRestore) {
    CheckpointHook hook = new CheckpointHook(beforeCheckpoint, afterRestore);
    Core.getGlobalContext().register(hook);
    return hook;
  }

  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) {
    run(beforeCheckpoint, "before the checkpoint");
  }

  @Override
  public void afterRestore(Context<? extends Resource> context) {
    run(afterRestore, "after the restore");
  }

  private static void run(Runnable action, String when) {
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      LOG.error("A connection provider failed {}", when, HiddenFailure.of(e));
    }
  }
}
