package dev.thaw.provider.crac;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * A runtime with checkpoints that a test triggers, named to org.crac by the system property {@code
 * org.crac.Core.Compat}. Its registry is weak, as that of the Lambda runtime.
 */
public final class Core {
  private static final Map<Resource, Boolean> RESOURCES = new WeakHashMap<>();
  private static final Context<Resource> CONTEXT =
      new Context<>() {
        @Override
        public void register(Resource resource) {
          synchronized (RESOURCES) {
            RESOURCES.put(resource, true);
          }
        }

        @Override
        public void beforeCheckpoint(Context<? extends Resource> context) {}

        @Override
        public void afterRestore(Context<? extends Resource> context) {}
      };

  private Core() {}

  /** Returns the context that resources register with. */
  public static Context<Resource> getGlobalContext() {
    return CONTEXT;
  }

  /** Runs both halves, one after the other. */
  public static void checkpointRestore() throws Exception {
    beforeCheckpoint();
    afterRestore();
  }

  /** Tells every resource that is still reachable that a snapshot comes. */
  public static void beforeCheckpoint() throws Exception {
    for (Resource resource : resources()) {
      resource.beforeCheckpoint(CONTEXT);
    }
  }

  /** Tells every resource that is still reachable that it was restored. */
  public static void afterRestore() throws Exception {
    for (Resource resource : resources()) {
      resource.afterRestore(CONTEXT);
    }
  }

  private static List<Resource> resources() {
    System.gc();
    synchronized (RESOURCES) {
      return new ArrayList<>(RESOURCES.keySet());
    }
  }
}
