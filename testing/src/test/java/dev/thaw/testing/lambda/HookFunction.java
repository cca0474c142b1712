package dev.thaw.testing.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import org.crac.Core;
import org.crac.Resource;

/** A Lambda function with hooks, of which a variable says whether they fail. */
@SuppressWarnings("exports") // public for the runtime only
public final class HookFunction implements RequestHandler<String, String>, Resource {
  private static final String FAILS = System.getenv("FAILS");

  /** Called by the runtime. */
  public HookFunction() {
    Core.getGlobalContext().register(this);
    if ("init".equals(FAILS)) {
      throw new IllegalStateException("init on purpose");
    }
  }

  @Override
  public void beforeCheckpoint(org.crac.Context<? extends Resource> context) {
    hook("before");
  }

  @Override
  public void afterRestore(org.crac.Context<? extends Resource> context) {
    hook("after");
  }

  @SuppressWarnings("SystemOut") // its log
  private static void hook(String name) {
    System.out.println("hook " + name);
    if (name.equals(FAILS)) {
      throw new IllegalStateException(name + " on purpose");
    }
  }

  @Override
  public String handleRequest(String event, Context context) {
    return event;
  }
}
