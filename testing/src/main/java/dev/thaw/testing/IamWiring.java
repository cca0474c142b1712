package dev.thaw.testing;

import dev.thaw.credentials.CredentialsSource;
import dev.thaw.testing.aws.FakeIamServer;
import dev.thaw.testing.fault.MovableClock;
import dev.thaw.testing.internal.dependency.OptionalDependency;
import java.lang.reflect.InvocationTargetException;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/**
 * Makes the source of thaw-secrets that signs tokens for a {@link FakeIamServer}.
 *
 * <p>By reflection, since thaw-secrets is tested with this module and so cannot be a dependency of
 * it.
 */
final class IamWiring {
  private static final String SOURCE = "dev.thaw.secrets.IamTokenCredentialsSource";
  private static final String AUTH = "software.amazon.awssdk.auth.credentials.";

  private IamWiring() {}

  /**
   * Makes the source of one user's tokens.
   *
   * @throws ExtensionConfigurationException if thaw-secrets is not on the class path
   */
  static CredentialsSource to(
      FakeIamServer server, String username, String database, MovableClock clock) {
    try {
      Object builder = Class.forName(SOURCE).getMethod("builder").invoke(null);
      call(builder, "host", String.class, server.host());
      call(builder, "port", int.class, server.port());
      call(builder, "username", String.class, username);
      call(builder, "database", String.class, database);
      call(builder, "region", String.class, server.region());
      call(builder, "credentials", Class.forName(AUTH + "AwsCredentialsProvider"), keys(server));
      call(builder, "wallClock", InstantSource.class, clock);
      LongSupplier nanoClock = clock::nanoTime;
      call(builder, "nanoClock", LongSupplier.class, nanoClock);
      return (CredentialsSource) builder.getClass().getMethod("build").invoke(builder);
    } catch (ClassNotFoundException e) {
      throw new ExtensionConfigurationException(
          "iam is true, but thaw-secrets is not on the class path. "
              + OptionalDependency.THAW_SECRETS.cure(),
          e);
    } catch (InvocationTargetException e) {
      throw new ExtensionConfigurationException(
          "the source of the tokens cannot be made: " + e.getCause(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new ExtensionConfigurationException(
          "thaw-secrets is of another version than thaw-testing: " + e.getMessage(), e);
    }
  }

  private static Object keys(FakeIamServer server) throws ReflectiveOperationException {
    Map<String, String> variables = server.environment();
    Object keys =
        Class.forName(AUTH + "AwsSessionCredentials")
            .getMethod("create", String.class, String.class, String.class)
            .invoke(
                null,
                variables.get("AWS_ACCESS_KEY_ID"),
                variables.get("AWS_SECRET_ACCESS_KEY"),
                variables.get("AWS_SESSION_TOKEN"));
    return Class.forName(AUTH + "StaticCredentialsProvider")
        .getMethod("create", Class.forName(AUTH + "AwsCredentials"))
        .invoke(null, keys);
  }

  private static void call(Object builder, String method, Class<?> type, Object value)
      throws ReflectiveOperationException {
    builder.getClass().getMethod(method, type).invoke(builder, value);
  }
}
