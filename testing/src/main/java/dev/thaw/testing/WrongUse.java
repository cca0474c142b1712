package dev.thaw.testing;

import dev.thaw.PooledConnectionProvider;
import dev.thaw.testing.internal.junit.JUnit;
import dev.thaw.testing.lambda.LambdaFunction;
import dev.thaw.testing.lambda.LambdaHandler;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** Finds out what a test class has set up wrongly, and says how to cure it. */
final class WrongUse {
  private WrongUse() {}

  /**
   * Checks how a test class and those around it use the extension.
   *
   * @throws ExtensionConfigurationException if they do it wrongly
   */
  static void check(Class<?> testClass) {
    JUnit.requireVersion(WrongUse.class.getClassLoader());
    List<String> registrations = new ArrayList<>();
    for (Class<?> type = testClass; type != null; type = type.getEnclosingClass()) {
      for (Field field : fields(type)) {
        if (!AnnotationSupport.isAnnotated(field, RegisterExtension.class)) {
          throw new ExtensionConfigurationException(
              name(field) + " has no effect: annotate it with @RegisterExtension");
        }
        registrations.add(name(field));
      }
    }
    for (Class<?> type = testClass; type != null; type = type.getEnclosingClass()) {
      if (!registrations.isEmpty() && AnnotationSupport.isAnnotated(type, DatabaseTest.class)) {
        registrations.add("@DatabaseTest on class " + type.getSimpleName());
      }
    }
    if (registrations.size() > 1) {
      throw new ExtensionConfigurationException(
          "class "
              + testClass.getName()
              + " has more than one database: "
              + String.join(", ", registrations)
              + ". Keep one of them.");
    }
  }

  /** Returns what is wrong with a parameter that looks like one of ours and is none. */
  static Optional<String> ofParameter(ParameterContext parameter) {
    Class<?> type = parameter.getParameter().getType();
    if (type == PooledConnectionProvider.class) {
      return Optional.of("has the type PooledConnectionProvider: declare it as ConnectionProvider");
    }
    if (type == LambdaFunction.class && !parameter.isAnnotated(LambdaHandler.class)) {
      return Optional.of(
          "has the type LambdaFunction and no handler: annotate it with"
              + " @LambdaHandler(YourHandler.class)");
    }
    return Optional.empty();
  }

  private static List<Field> fields(Class<?> type) {
    return ReflectionSupport.findFields(
        type,
        field -> field.getType() == DatabaseExtension.class,
        HierarchyTraversalMode.BOTTOM_UP);
  }

  private static String name(Field field) {
    return "field " + field.getDeclaringClass().getSimpleName() + "." + field.getName();
  }
}
