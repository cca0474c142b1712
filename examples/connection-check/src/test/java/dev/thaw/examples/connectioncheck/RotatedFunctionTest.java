package dev.thaw.examples.connectioncheck;

import static dev.thaw.testing.ThawAssertions.assertThat;
import static dev.thaw.testing.ThawAssertions.noSecretsIn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.examples.readme.ListAssets;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.aws.FakeSecretsManager;
import dev.thaw.testing.aws.SecretRotation;
import dev.thaw.testing.aws.SecretsManagerOperation;
import dev.thaw.testing.lambda.Invocation;
import dev.thaw.testing.lambda.LambdaFunction;
import dev.thaw.testing.lambda.LambdaHandler;
import org.junit.jupiter.api.Test;

/** A function under Lambda's Java runtime whose login comes from Secrets Manager. */
@DatabaseTest(schema = "schema.sql", secretsManager = true)
class RotatedFunctionTest {

  @Test
  void it_reads_its_login_from_secrets_manager_and_survives_a_rotation(
      @LambdaHandler(ListAssets.class) LambdaFunction function,
      FakeSecretsManager secretsManager,
      SecretRotation rotation,
      TestSchema schema)
      throws Exception {
    Invocation cold = function.invoke("{}");
    assertThat(cold).isColdStart().hasResponse("[]");
    assertThat(secretsManager.calls(SecretsManagerOperation.GET_SECRET_VALUE)).isEqualTo(1);

    rotation.rotate();
    schema.killConnections(); // so that the old password is tried
    Invocation warm = function.invoke("{}");
    assertThat(warm).isWarmStart().hasResponse("[]");
    assertThat(secretsManager.calls(SecretsManagerOperation.GET_SECRET_VALUE)).isEqualTo(2);
    noSecretsIn(cold.logs());
    noSecretsIn(warm.logs());
  }
}
