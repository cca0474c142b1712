package dev.thaw.testing.internal.junit;

import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * The environment variables that lead a function to the database of a test. The extension that
 * makes the database says them, and the one that makes functions asks; neither knows the other.
 */
@FunctionalInterface
public interface FunctionEnvironment {
  /** Returns the variables for a test or class, which may be within that of {@link #offer}. */
  Map<String, String> variables(ExtensionContext context) throws Exception;

  /** Makes an environment that of a context and of those within. */
  static void offer(ExtensionContext context, FunctionEnvironment environment) {
    store(context).put(FunctionEnvironment.class, environment);
  }

  /** Returns the variables of a context; none if no database was offered. */
  static Map<String, String> of(ExtensionContext context) throws Exception {
    FunctionEnvironment environment =
        store(context).get(FunctionEnvironment.class, FunctionEnvironment.class);
    return environment == null ? Map.of() : environment.variables(context);
  }

  private static ContextStore store(ExtensionContext context) {
    return ContextStore.of(context, Namespace.create(FunctionEnvironment.class));
  }
}
