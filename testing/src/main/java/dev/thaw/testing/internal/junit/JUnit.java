package dev.thaw.testing.internal.junit;

import java.lang.reflect.Executable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ParameterContext;

/** What the extensions ask of JUnit and say about it. */
public final class JUnit {
  /** Came with JUnit 5.12, which makes a constructor's parameters belong to the test. */
  private static final String SINCE_5_12 =
      "org.junit.jupiter.api.extension.TestInstantiationAwareExtension$ExtensionContextScope";

  private JUnit() {}

  /**
   * Checks the version: JUnit before 5.12 would make what a constructor asks for once for the whole
   * class.
   *
   * @throws ExtensionConfigurationException if it is older
   */
  public static void requireVersion(ClassLoader loader) {
    try {
      Class.forName(SINCE_5_12, false, loader);
    } catch (ClassNotFoundException e) {
      throw new ExtensionConfigurationException(
          "thaw-testing needs JUnit Jupiter 5.12 or later, but an earlier junit-jupiter-api is on"
              + " the class path: set its version (where Spring Boot manages it, by the property"
              + " junit-jupiter.version), or import junit-bom 5.12.0 or later",
          e);
    }
  }

  /** Returns the text of a parameter for a message. */
  public static String describe(ParameterContext parameter) {
    Executable executable = parameter.getDeclaringExecutable();
    return "parameter "
        + parameter.getParameter().getName()
        + " of "
        + executable.getDeclaringClass().getSimpleName()
        + "."
        + executable.getName();
  }
}
