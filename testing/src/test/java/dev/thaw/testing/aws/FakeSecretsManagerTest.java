package dev.thaw.testing.aws;

import static dev.thaw.testing.aws.SecretsManagerOperation.CREATE_SECRET;
import static dev.thaw.testing.aws.SecretsManagerOperation.DESCRIBE_SECRET;
import static dev.thaw.testing.aws.SecretsManagerOperation.GET_SECRET_VALUE;
import static dev.thaw.testing.aws.SecretsManagerOperation.PUT_SECRET_VALUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import dev.thaw.credentials.DatabaseCredentials;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.InvalidParameterException;
import software.amazon.awssdk.services.secretsmanager.model.InvalidRequestException;
import software.amazon.awssdk.services.secretsmanager.model.PutSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.ResourceExistsException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

@Timeout(60)
class FakeSecretsManagerTest {
  private static final String NAME = "prod/orders/db";
  private static final String TOKEN = "11111111-2222-3333-4444-555555555555";

  @AutoClose private FakeSecretsManager fake;
  @AutoClose private SecretsManagerClient client;

  @BeforeEach
  void start() {
    fake = FakeSecretsManager.start();
    client = AwsClients.secretsManager(fake.endpoint(), Region.US_EAST_1);
  }

  @Test
  void the_sdk_reads_a_string_secret_by_name_with_all_that_aws_returns() {
    Instant before = Instant.now().minusMillis(1);
    String arn = fake.createSecret(NAME, "{\"a\":\"ü\\n\"}");

    GetSecretValueResponse response = get(NAME);

    assertThat(response.secretString()).isEqualTo("{\"a\":\"ü\\n\"}");
    assertThat(response.secretBinary()).isNull();
    assertThat(response.name()).isEqualTo(NAME);
    assertThat(response.arn()).isEqualTo(arn);
    assertThat(response.versionStages()).containsExactly("AWSCURRENT");
    assertThat(response.versionId())
        .isEqualTo(fake.versionIdsToStages(NAME).keySet().iterator().next());
    assertThat(response.createdDate()).isBetween(before, Instant.now());
  }

  @Test
  void the_sdk_reads_a_binary_secret() {
    byte[] secret = {0, -1, 127, 65};
    fake.createSecret(NAME, secret);

    GetSecretValueResponse response = get(NAME);

    assertThat(response.secretBinary().asByteArray()).isEqualTo(secret);
    assertThat(response.secretString()).isNull();
  }

  @Test
  void an_arn_ends_in_six_random_characters() {
    String arn = fake.createSecret(NAME, "x");

    assertThat(arn)
        .matches("arn:aws:secretsmanager:us-east-1:\\d{12}:secret:prod/orders/db-[A-Za-z0-9]{6}");
    assertThat(fake.createSecret("other", "x")).doesNotEndWith(arn.substring(arn.length() - 6));
  }

  @Test
  void a_secret_is_found_by_its_arn_with_and_without_the_suffix() {
    String arn = fake.createSecret(NAME, "x");

    assertThat(get(arn).name()).isEqualTo(NAME);
    assertThat(get(arn.substring(0, arn.length() - 7)).name()).isEqualTo(NAME);
    assertNotFound(arn.substring(0, arn.length() - 1) + "!");
  }

  @Test
  void an_arn_without_suffix_is_not_found_if_the_name_itself_ends_like_one() {
    String arn = fake.createSecret("orders-a1b2c3", "x");

    assertThat(get("orders-a1b2c3").arn()).isEqualTo(arn);
    assertNotFound(arn.substring(0, arn.length() - 7));
  }

  @Test
  void an_unknown_secret_is_refused_as_aws_does_it() {
    assertThatExceptionOfType(ResourceNotFoundException.class)
        .isThrownBy(() -> get("nothing"))
        .satisfies(
            e -> {
              assertThat(e.statusCode()).isEqualTo(400);
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ResourceNotFoundException");
              assertThat(e.awsErrorDetails().errorMessage())
                  .isEqualTo("Secrets Manager can't find the specified secret.");
              assertThat(e.requestId()).isNotBlank();
            });
  }

  @Test
  void a_missing_stage_and_a_missing_version_are_refused_as_aws_does_it() {
    fake.createSecret(NAME, "x");

    assertThatExceptionOfType(ResourceNotFoundException.class)
        .isThrownBy(() -> client.getSecretValue(r -> r.secretId(NAME).versionStage("AWSPENDING")))
        .withMessageContaining(
            "Secrets Manager can't find the specified secret value for staging label: AWSPENDING");
    assertThatExceptionOfType(ResourceNotFoundException.class)
        .isThrownBy(() -> client.getSecretValue(r -> r.secretId(NAME).versionId(TOKEN)))
        .withMessageContaining(
            "Secrets Manager can't find the specified secret value for VersionId: " + TOKEN);
  }

  @Test
  void a_version_is_found_by_id_and_by_stage_and_both_must_agree() {
    fake.createSecret(NAME, "one");
    String two = fake.putSecretValue(NAME, "two", "AWSPENDING");

    assertThat(client.getSecretValue(r -> r.secretId(NAME).versionId(two)).secretString())
        .isEqualTo("two");
    assertThat(
            client
                .getSecretValue(r -> r.secretId(NAME).versionId(two).versionStage("AWSPENDING"))
                .secretString())
        .isEqualTo("two");
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(
            () ->
                client.getSecretValue(
                    r -> r.secretId(NAME).versionId(two).versionStage("AWSCURRENT")))
        .withMessageContaining(
            "You provided a VersionStage that is not associated to the provided VersionId.");
  }

  @Test
  void the_sdk_creates_describes_and_changes_a_secret() {
    String first =
        client
            .createSecret(r -> r.name(NAME).secretString("one").description("for orders"))
            .versionId();
    String second = client.putSecretValue(r -> r.secretId(NAME).secretString("two")).versionId();

    DescribeSecretResponse description = client.describeSecret(r -> r.secretId(NAME));

    assertThat(description.name()).isEqualTo(NAME);
    assertThat(description.description()).isEqualTo("for orders");
    assertThat(description.versionIdsToStages())
        .isEqualTo(Map.of(first, List.of("AWSPREVIOUS"), second, List.of("AWSCURRENT")));
    assertThat(description.createdDate()).isBeforeOrEqualTo(description.lastChangedDate());
    assertThat(fake.secretString(NAME, "AWSPREVIOUS")).contains("one");
  }

  @Test
  void the_sdk_creates_a_binary_secret() {
    client.createSecret(r -> r.name(NAME).secretBinary(SdkBytes.fromByteArray(new byte[] {1, 2})));

    assertThat(get(NAME).secretBinary().asByteArray()).containsExactly(1, 2);
    assertThat(fake.secretString(NAME, "AWSCURRENT")).isEmpty();
  }

  @Test
  void a_secret_without_a_value_has_no_version_and_its_first_one_becomes_current() {
    assertThat(client.createSecret(r -> r.name(NAME)).versionId()).isNull();

    assertThat(client.describeSecret(r -> r.secretId(NAME)).hasVersionIdsToStages()).isFalse();
    assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(() -> get(NAME));

    client.putSecretValue(r -> r.secretId(NAME).secretString("x").versionStages("AWSPENDING"));
    assertThat(get(NAME).versionStages()).containsExactly("AWSCURRENT", "AWSPENDING");
  }

  @Test
  void a_secret_cannot_be_created_twice_unless_it_is_the_same_request() {
    String version = createWithToken("x");

    assertThat(createWithToken("x")).isEqualTo(version);
    assertThatExceptionOfType(ResourceExistsException.class)
        .isThrownBy(() -> createWithToken("y"))
        .withMessageContaining(
            "The operation failed because the secret prod/orders/db already exists.");
  }

  private String createWithToken(String value) {
    return client
        .createSecret(r -> r.name(NAME).secretString(value).clientRequestToken(TOKEN))
        .versionId();
  }

  @Test
  void put_secret_value_is_idempotent_and_never_changes_a_version() {
    fake.createSecret(NAME, "one");

    assertThat(putWithToken("two").versionId()).isEqualTo(TOKEN);
    assertThat(putWithToken("two").versionStages()).containsExactly("AWSCURRENT");
    assertThatExceptionOfType(ResourceExistsException.class)
        .isThrownBy(() -> putWithToken("three"));
    assertThat(get(NAME).secretString()).isEqualTo("two");
    assertThat(fake.versionIdsToStages(NAME)).hasSize(2);
  }

  private PutSecretValueResponse putWithToken(String value) {
    return client.putSecretValue(
        r -> r.secretId(NAME).secretString(value).clientRequestToken(TOKEN));
  }

  @Test
  void put_with_other_stages_leaves_the_current_version_alone() {
    fake.createSecret(NAME, "one");

    client.putSecretValue(r -> r.secretId(NAME).secretString("two").versionStages("AWSPENDING"));

    assertThat(get(NAME).secretString()).isEqualTo("one");
    assertThat(fake.secretString(NAME, "AWSPENDING")).contains("two");
  }

  @Test
  void moving_the_current_stage_moves_the_previous_one_after_it() {
    String one = versionOf(fake.createSecret(NAME, "one"));
    String two = fake.putSecretValue(NAME, "two");
    String three = fake.putSecretValue(NAME, "three", "AWSPENDING");

    client.updateSecretVersionStage(
        r ->
            r.secretId(NAME)
                .versionStage("AWSCURRENT")
                .moveToVersionId(three)
                .removeFromVersionId(two));

    assertThat(fake.versionIdsToStages(NAME))
        .isEqualTo(Map.of(two, Set.of("AWSPREVIOUS"), three, Set.of("AWSCURRENT", "AWSPENDING")));
    assertThat(client.getSecretValue(r -> r.secretId(NAME).versionId(one)).secretString())
        .isEqualTo("one");
    assertThat(client.getSecretValue(r -> r.secretId(NAME).versionId(one)).versionStages())
        .isEmpty();
  }

  @Test
  void moving_the_current_stage_back_is_a_rollback() {
    String one = versionOf(fake.createSecret(NAME, "one"));
    String two = fake.putSecretValue(NAME, "two");

    fake.updateSecretVersionStage(NAME, "AWSCURRENT", one);

    assertThat(fake.versionIdsToStages(NAME))
        .isEqualTo(Map.of(one, Set.of("AWSCURRENT"), two, Set.of("AWSPREVIOUS")));
  }

  @Test
  void a_version_that_is_no_longer_current_is_no_longer_pending_either() {
    fake.createSecret(NAME, "one");
    String two = fake.putSecretValue(NAME, "two", "AWSPENDING");
    fake.updateSecretVersionStage(NAME, "AWSCURRENT", two);

    String three = fake.putSecretValue(NAME, "three");

    assertThat(fake.versionIdsToStages(NAME))
        .isEqualTo(Map.of(two, Set.of("AWSPREVIOUS"), three, Set.of("AWSCURRENT")));
  }

  @Test
  void a_stage_is_moved_only_by_one_who_says_from_where() {
    String one = versionOf(fake.createSecret(NAME, "one"));
    String two = fake.putSecretValue(NAME, "two", "MINE");

    assertThatExceptionOfType(InvalidParameterException.class)
        .isThrownBy(() -> move("AWSCURRENT", two, null))
        .withMessageContaining("is currently attached to version " + one);
    assertThatExceptionOfType(InvalidParameterException.class)
        .isThrownBy(() -> move("AWSCURRENT", two, two));
    assertThatExceptionOfType(ResourceNotFoundException.class)
        .isThrownBy(() -> move("AWSCURRENT", TOKEN, one));
    assertThat(get(NAME).versionId()).isEqualTo(one);

    move("MINE", one, two);
    assertThat(get(NAME).versionStages()).containsExactly("AWSCURRENT", "MINE");
  }

  @Test
  void a_stage_can_be_removed_except_the_current_one() {
    String one = versionOf(fake.createSecret(NAME, "one"));
    String two = fake.putSecretValue(NAME, "two", "AWSPENDING");

    move("AWSPENDING", null, two);

    assertThat(fake.versionIdsToStages(NAME)).isEqualTo(Map.of(one, Set.of("AWSCURRENT")));
    assertThatExceptionOfType(InvalidParameterException.class)
        .isThrownBy(() -> move("AWSCURRENT", null, one))
        .withMessageContaining("You can only move staging label AWSCURRENT");
    assertThatExceptionOfType(InvalidParameterException.class)
        .isThrownBy(() -> move("AWSPENDING", null, null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fake.removeSecretVersionStage(NAME, "AWSPENDING"));
  }

  private void move(String stage, @Nullable String to, @Nullable String from) {
    client.updateSecretVersionStage(
        r -> r.secretId(NAME).versionStage(stage).moveToVersionId(to).removeFromVersionId(from));
  }

  @Test
  void a_deleted_secret_can_be_neither_read_nor_created_but_described() {
    fake.createSecret(NAME, "x");

    fake.deleteSecret(NAME);

    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> get(NAME))
        .withMessageContaining("because it was marked for deletion");
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> client.createSecret(r -> r.name(NAME).secretString("y")))
        .withMessageContaining("is already scheduled for deletion");
    assertThat(client.describeSecret(r -> r.secretId(NAME)).deletedDate()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"with space", "with*star", "with:colon"})
  void a_name_that_aws_does_not_allow_is_refused(String name) {
    assertThatExceptionOfType(SecretsManagerException.class)
        .isThrownBy(() -> client.createSecret(r -> r.name(name).secretString("x")))
        .withMessageContaining("Invalid name.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fake.createSecret(name, "x"))
        .withMessageContaining("secret " + name + ": ValidationException");
  }

  @Test
  void values_and_tokens_beyond_the_limits_of_aws_are_refused() {
    fake.createSecret(NAME, "x".repeat(65_536));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> fake.putSecretValue(NAME, "x".repeat(65_537)))
        .withMessageContaining("65537");
    assertThatIllegalArgumentException().isThrownBy(() -> fake.putSecretValue(NAME, ""));
    assertThatExceptionOfType(SecretsManagerException.class)
        .isThrownBy(
            () ->
                client.putSecretValue(
                    r -> r.secretId(NAME).secretString("y").clientRequestToken("short")))
        .withMessageContaining("clientRequestToken");
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> client.putSecretValue(r -> r.secretId(NAME)));
  }

  @Test
  void a_client_that_signs_for_another_region_is_refused() {
    fake.createSecret(NAME, "x");
    try (SecretsManagerClient elsewhere =
        AwsClients.secretsManager(fake.endpoint(), Region.EU_CENTRAL_1)) {

      assertThatExceptionOfType(SecretsManagerException.class)
          .isThrownBy(() -> elsewhere.getSecretValue(r -> r.secretId(NAME)))
          .withMessageContaining("Credential should be scoped to region us-east-1");
    }
  }

  @Test
  void a_fake_can_stand_for_another_region() {
    try (FakeSecretsManager other = FakeSecretsManager.start("eu-central-1");
        SecretsManagerClient there =
            AwsClients.secretsManager(other.endpoint(), Region.EU_CENTRAL_1)) {
      other.createSecret(NAME, "x");

      assertThat(there.getSecretValue(r -> r.secretId(NAME)).arn()).contains(":eu-central-1:");
      assertThat(other.environment()).containsEntry("AWS_REGION", "eu-central-1");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FakeSecretsManager.start("EU"))
        .withMessage("region is EU, allowed are names like eu-central-1");
  }

  @Test
  void an_operation_that_the_fake_lacks_is_refused_with_its_name() {
    assertThatExceptionOfType(SecretsManagerException.class)
        .isThrownBy(() -> client.listSecrets())
        .withMessageContaining("ListSecrets");
  }

  @Test
  void calls_are_counted_per_operation_and_those_in_this_process_are_not() {
    fake.createSecret(NAME, "x");
    fake.putSecretValue(NAME, "y");
    get(NAME);
    get(NAME);
    client.describeSecret(r -> r.secretId(NAME));

    assertThat(fake.calls(GET_SECRET_VALUE)).isEqualTo(2);
    assertThat(fake.calls(DESCRIBE_SECRET)).isEqualTo(1);
    assertThat(fake.calls(PUT_SECRET_VALUE)).isZero();
    assertThat(fake.calls(CREATE_SECRET)).isZero();
    assertThat(fake.calls()).isEqualTo(3);
  }

  @Test
  void a_secret_made_of_credentials_has_the_structure_that_aws_prescribes() throws Exception {
    fake.createSecret(
        NAME,
        DatabaseCredentials.builder("app", "pa\"ss")
            .host("db.example")
            .port(3307)
            .database("orders")
            .build());

    JsonObject secret = JsonParser.object().from(get(NAME).secretString());

    assertThat(secret)
        .containsEntry("engine", "mysql")
        .containsEntry("username", "app")
        .containsEntry("password", "pa\"ss")
        .containsEntry("host", "db.example")
        .containsEntry("port", 3307)
        .containsEntry("dbname", "orders");
  }

  @Test
  void a_secret_made_of_only_user_and_password_has_no_more_than_that() throws Exception {
    fake.createSecret(NAME, DatabaseCredentials.of("app", "x"));

    assertThat(JsonParser.object().from(get(NAME).secretString()))
        .containsOnlyKeys("engine", "username", "password");
  }

  @Test
  void nothing_shows_a_secret() {
    fake.createSecret(NAME, "hunter2");

    assertThat(fake.toString())
        .isEqualTo("FakeSecretsManager[us-east-1 at " + fake.endpoint() + "]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fake.createSecret(NAME, "hunter3"))
        .withMessageNotContaining("hunter");
  }

  @Test
  void bounds_are_reported_with_name_and_value() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fake.latency(Duration.ofMillis(-1)))
        .withMessage("latency is PT-0.001S, allowed are zero to PT1H");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fake.inject(SecretsManagerFault.noAnswer(), 0))
        .withMessage("times is 0, allowed are one and more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SecretsManagerFault.error("X", 200, "fine"))
        .withMessage("httpStatus is 200, allowed are 400 to 599");
  }

  private GetSecretValueResponse get(String secretId) {
    return client.getSecretValue(r -> r.secretId(secretId));
  }

  private String versionOf(String secretId) {
    return fake.versionIdsToStages(secretId).keySet().iterator().next();
  }

  private void assertNotFound(String secretId) {
    assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(() -> get(secretId));
  }
}
