package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.NAME;
import static dev.thaw.secrets.SourceFixture.secret;

import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.testing.aws.FakeLambdaExtension;
import dev.thaw.testing.contract.CredentialsSourceContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class CredentialsSourceContractTest {
  private static final DatabaseCredentials LOGIN = DatabaseCredentials.of("app", "nothunter2");

  @AutoClose private final SourceFixture fixture = new SourceFixture();

  @TempDir Path directory;

  @BeforeEach
  void createSecret() {
    fixture.aws.createSecret(NAME, secret("nothunter2"));
  }

  /** What the sources here have in common. */
  private interface WithLogin extends CredentialsSourceContract {
    @Override
    default DatabaseCredentials expected() {
      return LOGIN;
    }
  }

  @Nested
  class SecretsManager implements WithLogin {
    @Override
    public CredentialsSource source() {
      return fixture.builder().build();
    }

    @Override
    public CredentialsSource failingSource() {
      return SecretsManagerCredentialsSource.builder()
          .secretId("no/such/secret")
          .endpoint(fixture.aws.endpoint())
          .build();
    }
  }

  @Nested
  class LambdaExtension implements WithLogin {
    private final FakeLambdaExtension extension = FakeLambdaExtension.start(fixture.aws);

    @AfterEach
    void stopExtension() {
      extension.close();
    }

    @Override
    public CredentialsSource source() {
      return builder(NAME).build();
    }

    @Override
    public CredentialsSource failingSource() {
      return builder("no/such/secret").build();
    }

    private LambdaExtensionCredentialsSource.Builder builder(String secretId) {
      return LambdaExtensionCredentialsSource.builder()
          .secretId(secretId)
          .port(extension.port())
          .sessionToken(extension.sessionToken());
    }
  }

  @Nested
  class Variables implements WithLogin {
    @Override
    public CredentialsSource source() {
      return of(
          Map.of("DB_HOST", "h", "DB_NAME", "d", "DB_USER", "app", "DB_PASSWORD", "nothunter2"));
    }

    @Override
    public CredentialsSource failingSource() {
      return of(Map.of("DB_PASSWORD", "nothunter2"));
    }

    private CredentialsSource of(Map<String, String> variables) {
      return EnvironmentCredentialsSource.of("", Environment.of(variables, directory));
    }
  }

  @Nested
  class MountedFile implements WithLogin {
    @Override
    public CredentialsSource source() throws IOException {
      return FileCredentialsSource.of(
          Files.writeString(directory.resolve("db.json"), secret("nothunter2")));
    }

    @Override
    public CredentialsSource failingSource() throws IOException {
      return FileCredentialsSource.of(
          Files.writeString(directory.resolve("wrong.json"), "{\"password\":\"nothunter2\"}"));
    }
  }

  @Nested
  class FirstOfTwo implements WithLogin {
    @Override
    public CredentialsSource source() {
      return CredentialsSources.firstAvailable(
          FileCredentialsSource.of(directory.resolve("none.json")), fixture.builder().build());
    }

    @Override
    public CredentialsSource failingSource() {
      return CredentialsSources.firstAvailable(
          FileCredentialsSource.of(directory.resolve("none.json")),
          FileCredentialsSource.of(directory.resolve("nor.json")));
    }
  }
}
