package dev.thaw.testing.lambda;

import dev.thaw.testing.internal.junit.ContextStore;
import dev.thaw.testing.internal.junit.FunctionEnvironment;
import dev.thaw.testing.internal.junit.JUnit;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Makes the functions of parameters with {@link LambdaHandler}; JUnit's store closes them. */
final class LambdaParameters implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(LambdaParameters.class);

  /** Called by JUnit. */
  private LambdaParameters() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.isAnnotated(LambdaHandler.class);
  }

  /** Makes a constructor's parameters belong to the test, not to the class. */
  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
    return ExtensionContextScope.TEST_METHOD;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    JUnit.requireVersion(LambdaParameters.class.getClassLoader());
    LambdaHandler handler = parameter.findAnnotation(LambdaHandler.class).orElseThrow();
    try {
      Class<?> type = parameter.getParameter().getType();
      if (type != LambdaFunction.class) {
        throw new ExtensionConfigurationException(
            "it has @LambdaHandler and the type "
                + type.getSimpleName()
                + ": declare it as LambdaFunction");
      }
      return function(handler, context);
    } catch (Exception e) {
      throw new ParameterResolutionException(
          JUnit.describe(parameter) + " cannot be made: " + e.getMessage(), e);
    }
  }

  private static LambdaFunction function(LambdaHandler handler, ExtensionContext context)
      throws Exception {
    ContextStore store = ContextStore.of(context, NAMESPACE);
    Key key = new Key(handler, context.getUniqueId());
    LambdaFunction present = store.get(key, LambdaFunction.class);
    if (present != null) {
      return present;
    }
    requireHandler(handler.value());
    LambdaFunction made =
        LambdaFunction.builder(handler.value())
            .timeout(Duration.ofSeconds(handler.timeoutSeconds()))
            .memorySize(handler.memorySize())
            .snapStart(handler.snapStart())
            .environment(environment(handler, context))
            .start();
    store.put(key, made);
    return made;
  }

  private static Map<String, String> environment(LambdaHandler handler, ExtensionContext context)
      throws Exception {
    Map<String, String> variables = new LinkedHashMap<>(FunctionEnvironment.of(context));
    for (String variable : handler.environment()) {
      int equals = variable.indexOf('=');
      if (equals < 1) {
        // Not the text itself: without the sign it could be a secret.
        throw new ExtensionConfigurationException(
            "an environment variable of @LambdaHandler has no =, allowed is the form"
                + " DB_POOL_MAX=1");
      }
      variables.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return variables;
  }

  private static void requireHandler(Class<?> type) {
    boolean handles;
    try {
      handles =
          !Modifier.isAbstract(type.getModifiers())
              && Stream.of(type.getMethods())
                  .anyMatch(method -> method.getName().equals("handleRequest"));
    } catch (LinkageError e) {
      return; // a library of the handler is missing; the runtime says which
    }
    if (!handles) {
      throw new ExtensionConfigurationException(
          "@LambdaHandler names "
              + type.getName()
              + ", which is no class with a public method handleRequest: name the handler that"
              + " Lambda's configuration names");
    }
  }

  /**
   * A key of the store.
   *
   * @param handler which function it is
   * @param context the test's or class's id
   */
  private record Key(LambdaHandler handler, String context) {}
}
