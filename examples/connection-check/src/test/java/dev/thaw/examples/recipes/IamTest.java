package dev.thaw.examples.recipes;

import static dev.thaw.testing.ThawAssertions.assertThat;
import static dev.thaw.testing.ThawAssertions.noSecretsIn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.ConnectionProvider;
import dev.thaw.examples.readme.ListAssets;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.aws.FakeIamServer;
import dev.thaw.testing.fault.MovableClock;
import dev.thaw.testing.lambda.Invocation;
import dev.thaw.testing.lambda.LambdaFunction;
import dev.thaw.testing.lambda.LambdaHandler;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

// @start region="iam"
@DatabaseTest(schema = "schema.sql", iam = true)
class IamTest {
  @Test
  void connections_outlive_the_token_that_opened_them(
      ConnectionProvider db, FakeIamServer iam, MovableClock clock) throws SQLException {
    try (Connection first = db.get()) {
      clock.advance(Duration.ofMinutes(16));
      try (Connection second = db.get()) {
        assertTrue(first.isValid(1) && second.isValid(1));
      }
    }
    assertThat(db).hasOpened(2).hasRefusedLogins(0);
    assertEquals(2, iam.logins());
  }

  @Test
  void a_function_logs_in_as_its_role(
      @LambdaHandler(ListAssets.class) LambdaFunction function, FakeIamServer iam)
      throws Exception {
    Invocation cold = function.invoke("{}");
    assertThat(cold).isColdStart().hasResponse("[]");
    noSecretsIn(cold.logs());
    assertEquals(List.of(), iam.refusals());
  }
}
// @end region="iam"
