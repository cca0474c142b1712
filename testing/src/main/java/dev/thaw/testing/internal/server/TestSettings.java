package dev.thaw.testing.internal.server;

import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the test kit: each one an environment variable, which the system property of the
 * same name in lower case with dots replaces ({@code THAW_TEST_DATABASE}, {@code
 * thaw.test.database}).
 *
 * <p>Immutable.
 */
public final class TestSettings {
  /** Forces one kind of server: {@code external}, {@code docker} or {@code embedded}. */
  public static final String DATABASE = "THAW_TEST_DATABASE";

  /** Where the external server is: {@code jdbc:mysql://host:port/}. */
  public static final String JDBC_URL = "THAW_TEST_JDBC_URL";

  /** The external server's user, who may create schemas and users. */
  public static final String JDBC_USER = "THAW_TEST_JDBC_USER";

  /** The password of the external server's user. */
  public static final String JDBC_PASSWORD = "THAW_TEST_JDBC_PASSWORD";

  /** The image that Testcontainers starts. */
  public static final String MYSQL_IMAGE = "THAW_TEST_MYSQL_IMAGE";

  /** The folder that keeps the unpacked embedded server, and servers' certificates. */
  public static final String CACHE = "THAW_TEST_CACHE";

  private final UnaryOperator<@Nullable String> environment;
  private final UnaryOperator<@Nullable String> properties;

  TestSettings(
      UnaryOperator<@Nullable String> environment, UnaryOperator<@Nullable String> properties) {
    this.environment = environment;
    this.properties = properties;
  }

  /** Returns the settings of this process. */
  public static TestSettings ofProcess() {
    return new TestSettings(System::getenv, System::getProperty);
  }

  /** Returns a setting; one that is empty or blank counts as not set. */
  Optional<String> get(String name) {
    String value = properties.apply(name.toLowerCase(Locale.ROOT).replace('_', '.'));
    if (value == null) {
      value = environment.apply(name);
    }
    return Optional.ofNullable(value).filter(text -> !text.isBlank());
  }

  /** Returns a variable that is not ours, such as {@code DOCKER_HOST}. */
  Optional<String> environment(String name) {
    return Optional.ofNullable(environment.apply(name)).filter(text -> !text.isBlank());
  }

  /** Returns a system property that is not ours, such as {@code user.home}. */
  Optional<String> property(String name) {
    return Optional.ofNullable(properties.apply(name)).filter(text -> !text.isBlank());
  }
}
