package dev.thaw.testing;

import dev.thaw.credentials.CredentialsSource;
import dev.thaw.testing.aws.FakeSecretsManager;
import dev.thaw.testing.internal.dependency.OptionalDependency;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/**
 * Makes the source of thaw-secrets that reads from a {@link FakeSecretsManager}.
 *
 * <p>By reflection, since thaw-secrets is tested with this module and so cannot be a dependency of
 * it.
 */
final class SecretsWiring implements AutoCloseable {
  private static final String SOURCE = "dev.thaw.secrets.SecretsManagerCredentialsSource";
  private static final String SDK = "software.amazon.awssdk.";

  private final CredentialsSource source;
  private final AutoCloseable client;

  private SecretsWiring(CredentialsSource source, AutoCloseable client) {
    this.source = source;
    this.client = client;
  }

  /**
   * Makes the source of one secret.
   *
   * @throws ExtensionConfigurationException if thaw-secrets or AWS's SDK is not on the class path
   */
  static SecretsWiring to(FakeSecretsManager secretsManager, String secretId) {
    OptionalDependency needed = OptionalDependency.THAW_SECRETS;
    try {
      Class<?> sourceType = load(SOURCE);
      // The project may leave it out of what it deploys.
      needed = OptionalDependency.AWS_SDK;
      Class<?> clientType = load(SDK + "services.secretsmanager.SecretsManagerClient");
      AutoCloseable client = client(clientType, secretsManager);
      Object builder = sourceType.getMethod("builder").invoke(null);
      call(builder, "secretId", String.class, secretId);
      call(builder, "client", clientType, client);
      Object source = builder.getClass().getMethod("build").invoke(builder);
      return new SecretsWiring((CredentialsSource) source, client);
    } catch (ClassNotFoundException e) {
      throw new ExtensionConfigurationException(
          "secretsManager is true, but "
              + needed.artifactId()
              + " is not on the class path. "
              + needed.cure(),
          e);
    } catch (InvocationTargetException e) {
      throw new ExtensionConfigurationException(
          "the source of the secret cannot be made: " + e.getCause(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new ExtensionConfigurationException(
          "thaw-secrets is of another version than thaw-testing: " + e.getMessage(), e);
    }
  }

  private static AutoCloseable client(Class<?> type, FakeSecretsManager secretsManager)
      throws ReflectiveOperationException {
    Class<?> regionType = load(SDK + "regions.Region");
    Class<?> providerType = load(SDK + "auth.credentials.AwsCredentialsProvider");
    Class<?> keysType = load(SDK + "auth.credentials.AwsCredentials");
    // An access key that means nothing, so that the SDK does not look for the developer's own.
    Object keys =
        load(SDK + "auth.credentials.AwsBasicCredentials")
            .getMethod("create", String.class, String.class)
            .invoke(null, "AKIAIOSFODNN7EXAMPLE", "thaw-fake-secrets-manager");
    Object provider =
        load(SDK + "auth.credentials.StaticCredentialsProvider")
            .getMethod("create", keysType)
            .invoke(null, keys);
    Object region = regionType.getMethod("of", String.class).invoke(null, secretsManager.region());
    Object builder = type.getMethod("builder").invoke(null);
    Class<?> builderType = load(SDK + "services.secretsmanager.SecretsManagerClientBuilder");
    builderType.getMethod("region", regionType).invoke(builder, region);
    builderType.getMethod("credentialsProvider", providerType).invoke(builder, provider);
    builderType.getMethod("endpointOverride", URI.class).invoke(builder, secretsManager.endpoint());
    return (AutoCloseable) builderType.getMethod("build").invoke(builder);
  }

  private static Class<?> load(String name) throws ClassNotFoundException {
    return Class.forName(name, true, SecretsWiring.class.getClassLoader());
  }

  private static void call(Object builder, String method, Class<?> type, Object value)
      throws ReflectiveOperationException {
    Method setter = builder.getClass().getMethod(method, type);
    setter.invoke(builder, value);
  }

  CredentialsSource source() {
    return source;
  }

  @Override
  public void close() {
    source.close();
    try {
      client.close();
    } catch (Exception e) {
      throw new IllegalStateException("the AWS client cannot be closed", e);
    }
  }
}
