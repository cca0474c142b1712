package dev.thaw.examples.assetapi;

import com.amazonaws.services.lambda.runtime.Context;
import java.lang.reflect.Proxy;
import java.time.Duration;

/** Makes contexts of one invocation, which tell what the handlers ask for. */
final class StubContext {
  static final String REQUEST_ID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";

  private StubContext() {}

  static Context of(Duration timeout) {
    long start = System.nanoTime();
    return (Context)
        Proxy.newProxyInstance(
            Context.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getAwsRequestId" -> REQUEST_ID;
                  case "getRemainingTimeInMillis" ->
                      (int) timeout.minusNanos(System.nanoTime() - start).toMillis();
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}
