package dev.thaw.testing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * What a test wants of its database.
 *
 * @param initializers what fills the schema first
 * @param scripts the SQL scripts that fill it then
 * @param isolation what tests share
 * @param serverOptions system variables of the server
 * @param mysqlImage the image of the server's container; empty for the one that the environment
 *     says
 * @param login where the login comes from
 * @param leakCheck whether a test fails that leaves a connection or a transaction open
 */
record DatabaseSettings(
    List<SchemaInitializer> initializers,
    List<String> scripts,
    Isolation isolation,
    Map<String, String> serverOptions,
    String mysqlImage,
    LoginKind login,
    boolean leakCheck) {
  /** An empty schema for the class. */
  static final DatabaseSettings DEFAULT =
      new DatabaseSettings(
          List.of(), List.of(), Isolation.SCHEMA_PER_CLASS, Map.of(), "", LoginKind.PASSWORD, true);

  DatabaseSettings {
    initializers = List.copyOf(initializers);
    scripts = List.copyOf(scripts);
    serverOptions = Map.copyOf(serverOptions);
  }

  static DatabaseSettings of(DatabaseTest annotation) {
    return new DatabaseSettings(
        Stream.of(annotation.initializers()).map(DatabaseSettings::newInitializer).toList(),
        List.of(annotation.schema()),
        annotation.isolation(),
        options(annotation.serverOptions()),
        annotation.mysqlImage(),
        LoginKind.of(annotation.secretsManager(), annotation.iam()),
        annotation.leakCheck());
  }

  private static SchemaInitializer newInitializer(Class<? extends SchemaInitializer> type) {
    try {
      return ReflectionSupport.newInstance(type);
    } catch (Exception e) {
      // Also checked ones: JUnit passes on what the constructor throws, or that there is none.
      throw new ExtensionConfigurationException(
          "initializer " + type.getName() + " cannot be made without parameters", e);
    }
  }

  private static Map<String, String> options(String... values) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String value : values) {
      int equals = value.indexOf('=');
      if (equals < 1) {
        throw new ExtensionConfigurationException(
            "server option is \"" + value + "\", allowed is the form max_connections=40");
      }
      String name = value.substring(0, equals).strip();
      if (options.putIfAbsent(name, value.substring(equals + 1).strip()) != null) {
        throw new ExtensionConfigurationException("server option " + name + " is there twice");
      }
    }
    return options;
  }
}
