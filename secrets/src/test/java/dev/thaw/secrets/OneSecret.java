package dev.thaw.secrets;

import static dev.thaw.secrets.SourceFixture.NAME;
import static dev.thaw.secrets.SourceFixture.secret;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests of a source whose secret has the password "one" at first, and of threads that ask it. */
abstract class OneSecret {
  final SourceFixture fixture = new SourceFixture();
  final ExecutorService threads = Executors.newCachedThreadPool();
  final SecretsManagerCredentialsSource source = fixture.builder().build();

  @BeforeEach
  void createSecret() {
    fixture.aws.createSecret(NAME, secret("one"));
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    source.close();
    fixture.close();
  }
}
