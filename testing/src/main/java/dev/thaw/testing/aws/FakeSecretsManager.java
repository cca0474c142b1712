package dev.thaw.testing.aws;

import static java.util.Objects.requireNonNull;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.testing.internal.http.Interference;
import dev.thaw.testing.internal.http.LoopbackHttpServer;
import dev.thaw.testing.internal.secretsmanager.AwsFailure;
import dev.thaw.testing.internal.secretsmanager.SecretContent;
import dev.thaw.testing.internal.secretsmanager.SecretStore;
import dev.thaw.testing.internal.secretsmanager.SecretsManagerApi;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A stand-in for AWS Secrets Manager on the loopback interface.
 *
 * <p>It speaks the service's wire protocol (AWS JSON 1.1) for the operations of {@link
 * SecretsManagerOperation}, with its staging labels, rules and errors, so that AWS's own SDKs and
 * command line are its clients. Requests must be signed for the fake's region, as at AWS; the
 * signature itself is not verified. {@link #environment()} has the variables that lead a client
 * here.
 *
 * <p>The methods named like an operation act in this process: they meet no fault and are not
 * counted. Only what comes over the wire is.
 *
 * <p>Network faults (refused connects, a black hole) come from a {@link
 * dev.thaw.testing.fault.FaultProxy} in front of {@link #endpoint()}.
 *
 * <p>Thread-safe. Its threads are daemons.
 */
public final class FakeSecretsManager implements AutoCloseable {
  private static final String ACCOUNT = "123456789012";
  private static final String DEFAULT_REGION = "us-east-1";
  private static final Pattern REGION = Pattern.compile("[a-z]{2,}(-[a-z]+)+-\\d+");
  // Longer than any test waits.
  private static final Duration MAX_LATENCY = Duration.ofHours(1);

  private final String region;
  private final Map<String, String> database;
  private final SecretStore store;
  private final Interference interference = new Interference();
  private final SecretsManagerApi api;
  private final LoopbackHttpServer server;

  private FakeSecretsManager(String region, Map<String, String> database) {
    this.region = region;
    this.database = Map.copyOf(database);
    this.store = new SecretStore(region, ACCOUNT, InstantSource.system());
    this.api = new SecretsManagerApi(store, region, interference);
    this.server = LoopbackHttpServer.start("thaw-fake-secrets-manager", 0, api::answer);
  }

  /**
   * Starts a fake without secrets, in the region {@code us-east-1}, on a free port.
   *
   * @return the running fake
   */
  public static FakeSecretsManager start() {
    return start(DEFAULT_REGION);
  }

  /**
   * Starts a fake without secrets on a free port.
   *
   * @param region the AWS region it stands for, such as {@code eu-central-1}
   * @return the running fake
   * @throws IllegalArgumentException if the region is not of that form
   */
  public static FakeSecretsManager start(String region) {
    if (!REGION.matcher(region).matches()) {
      throw new IllegalArgumentException(
          "region is " + region + ", allowed are names like eu-central-1");
    }
    return new FakeSecretsManager(region, Map.of());
  }

  /**
   * Starts a fake without secrets, in the region {@code us-east-1}, on a free port, for the secret
   * of one database: {@link #environment()} has the variables by which a function verifies it, too.
   *
   * @param database the database
   * @return the running fake
   */
  public static FakeSecretsManager start(DatabaseInstance database) {
    return new FakeSecretsManager(DEFAULT_REGION, database.tlsVariables());
  }

  /** Returns the address for clients, such as {@code http://127.0.0.1:41234}. */
  public URI endpoint() {
    return server.endpoint();
  }

  /** Returns the AWS region that the fake stands for. */
  public String region() {
    return region;
  }

  /**
   * Returns the environment variables that lead an AWS client in another process to the fake: its
   * endpoint and region, and an access key that means nothing. Clients from before 2023, such as
   * the AWS CLI before 2.13, do not know the endpoint's variable and must be given {@link
   * #endpoint()}. The fake of a {@link dev.thaw.testing.DatabaseTest} adds the variable by which a
   * function verifies the database, {@code DB_SSL_CA}.
   */
  public Map<String, String> environment() {
    Map<String, String> variables = new HashMap<>(database);
    variables.put("AWS_ENDPOINT_URL_SECRETS_MANAGER", endpoint().toString());
    variables.put("AWS_REGION", region);
    variables.put("AWS_DEFAULT_REGION", region);
    variables.put("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
    variables.put("AWS_SECRET_ACCESS_KEY", "thaw-fake-secrets-manager");
    return variables;
  }

  /**
   * Creates a secret with a first version of text.
   *
   * @param name the secret's name
   * @param secretString the text
   * @return the secret's ARN, with a suffix of six random characters
   * @throws IllegalArgumentException if there is a secret of that name, or AWS would refuse name or
   *     text
   */
  public String createSecret(String name, String secretString) {
    return create(name, () -> SecretContent.of(secretString));
  }

  /**
   * Creates a secret with a first version of bytes.
   *
   * @param name the secret's name
   * @param secretBinary the bytes
   * @return the secret's ARN, with a suffix of six random characters
   * @throws IllegalArgumentException if there is a secret of that name, or AWS would refuse name or
   *     bytes
   */
  public String createSecret(String name, byte[] secretBinary) {
    return create(name, () -> SecretContent.of(secretBinary));
  }

  /**
   * Creates a secret of the structure that AWS prescribes for MySQL: a JSON object with {@code
   * engine}, {@code username}, {@code password} and, as far as they are known, {@code host}, {@code
   * port} and {@code dbname}.
   *
   * @param name the secret's name
   * @param credentials what it holds
   * @return the secret's ARN, with a suffix of six random characters
   * @throws IllegalArgumentException if there is a secret of that name, or AWS would refuse the
   *     name
   */
  public String createSecret(String name, DatabaseCredentials credentials) {
    return createSecret(name, json(credentials));
  }

  /**
   * Adds a version of text to a secret.
   *
   * @param secretId the secret's name or ARN
   * @param secretString the text
   * @param stages the staging labels that move to the new version; none for {@code AWSCURRENT}
   * @return the id of the new version
   * @throws IllegalArgumentException if there is no such secret, or AWS would refuse the text
   */
  public String putSecretValue(String secretId, String secretString, String... stages) {
    return put(secretId, () -> SecretContent.of(secretString), SecretStore.newVersionId(), stages);
  }

  /**
   * Adds a version of bytes to a secret.
   *
   * @param secretId the secret's name or ARN
   * @param secretBinary the bytes
   * @param stages the staging labels that move to the new version; none for {@code AWSCURRENT}
   * @return the id of the new version
   * @throws IllegalArgumentException if there is no such secret, or AWS would refuse the bytes
   */
  public String putSecretValue(String secretId, byte[] secretBinary, String... stages) {
    return put(secretId, () -> SecretContent.of(secretBinary), SecretStore.newVersionId(), stages);
  }

  /**
   * Moves a staging label to a version, from whichever has it. Moving {@code AWSCURRENT} also moves
   * {@code AWSPREVIOUS} to the version that was the current one.
   *
   * @param secretId the secret's name or ARN
   * @param stage the staging label
   * @param versionId the version that shall have it
   * @throws IllegalArgumentException if there is no such secret or version
   */
  public void updateSecretVersionStage(String secretId, String stage, String versionId) {
    inProcess(
        secretId,
        () -> store.updateStage(secretId, stage, versionId, holder(secretId, stage).orElse(null)));
  }

  /**
   * Takes a staging label away from the version that has it.
   *
   * @param secretId the secret's name or ARN
   * @param stage the staging label; AWS does not allow {@code AWSCURRENT}
   * @throws IllegalArgumentException if there is no such secret, or no version has the label
   */
  public void removeSecretVersionStage(String secretId, String stage) {
    inProcess(
        secretId,
        () -> store.updateStage(secretId, stage, null, holder(secretId, stage).orElse(null)));
  }

  /**
   * Marks a secret for deletion: AWS then refuses it with {@code InvalidRequestException}.
   *
   * @param secretId the secret's name or ARN
   * @throws IllegalArgumentException if there is no such secret
   */
  public void deleteSecret(String secretId) {
    inProcess(
        secretId,
        () -> {
          store.delete(secretId);
          return secretId;
        });
  }

  /**
   * Returns the text of the version with a staging label.
   *
   * @param secretId the secret's name or ARN
   * @param stage the staging label
   * @return the text; empty if no version has the label, or the secret is a binary one
   * @throws IllegalArgumentException if there is no such secret
   */
  public Optional<String> secretString(String secretId, String stage) {
    return holder(secretId, stage)
        .flatMap(version -> store.get(secretId, version, null).content().text());
  }

  /**
   * Returns the staging labels of each version that has any.
   *
   * @param secretId the secret's name or ARN
   * @return labels by version id, oldest version first
   * @throws IllegalArgumentException if there is no such secret
   */
  public Map<String, Set<String>> versionIdsToStages(String secretId) {
    return inProcess(secretId, () -> store.describe(secretId).stages());
  }

  /**
   * Answers requests with a fault until {@link #clearFaults()}.
   *
   * @param fault the fault
   * @param operations the operations concerned; none for all
   */
  public void inject(SecretsManagerFault fault, SecretsManagerOperation... operations) {
    interference.inject(names(operations), fault.wireAnswer(), Interference.UNTIL_CLEARED);
  }

  /**
   * Answers the next requests with a fault. Of several faults that fit a request, the one injected
   * first is taken until it is used up; so a sequence of faults can be prepared.
   *
   * @param fault the fault
   * @param times how many requests; one or more
   * @param operations the operations concerned; none for all
   * @throws IllegalArgumentException if {@code times} is less than one
   */
  public void inject(SecretsManagerFault fault, int times, SecretsManagerOperation... operations) {
    if (times < 1) {
      throw new IllegalArgumentException("times is " + times + ", allowed are one and more");
    }
    interference.inject(names(operations), fault.wireAnswer(), times);
  }

  /** Forgets all faults and the latency, and answers held requests. */
  public void clearFaults() {
    interference.clear();
  }

  /**
   * Delays each answer from now on, faults included.
   *
   * @param latency the delay; zero for none
   * @throws IllegalArgumentException if it is negative or more than one hour
   */
  public void latency(Duration latency) {
    if (latency.isNegative() || latency.compareTo(MAX_LATENCY) > 0) {
      throw new IllegalArgumentException(
          "latency is " + latency + ", allowed are zero to " + MAX_LATENCY);
    }
    interference.latency(latency);
  }

  /**
   * Lets requests wait for their answer until the result is closed. What a request asks for is
   * looked up after that.
   *
   * @param operations the operations concerned; none for all
   * @return the held requests
   */
  public HeldRequests hold(SecretsManagerOperation... operations) {
    return new HeldRequests(interference.hold(names(operations)));
  }

  /** Returns how many requests have come for an operation, those answered with a fault included. */
  public int calls(SecretsManagerOperation operation) {
    return interference.calls(operation.awsName());
  }

  /** Returns how many requests have come in all. */
  public int calls() {
    return interference.calls();
  }

  /** Closes the port and all connections, and forgets nothing. Idempotent. */
  @Override
  public void close() {
    server.close(); // first, so that nothing that is released below is still answered
    interference.close();
  }

  /** Returns where the fake listens; never a secret. */
  @Override
  public String toString() {
    return "FakeSecretsManager[" + region + " at " + endpoint() + "]";
  }

  SecretsManagerApi api() {
    return api;
  }

  /** Adds a version under an id of the caller's. */
  void putSecretValue(String secretId, String versionId, JsonObject secret, String stage) {
    put(secretId, () -> SecretContent.of(JsonWriter.string(secret)), versionId, stage);
  }

  private String create(String name, Supplier<SecretContent> content) {
    requireNonNull(name, "name");
    return inProcess(
        name, () -> store.create(name, content.get(), null, SecretStore.newVersionId()).arn());
  }

  private String put(
      String secretId, Supplier<SecretContent> content, String versionId, String... stages) {
    return inProcess(
        secretId,
        () ->
            store
                .put(secretId, content.get(), Set.copyOf(Arrays.asList(stages)), versionId)
                .versionId());
  }

  private Optional<String> holder(String secretId, String stage) {
    requireNonNull(stage, "stage");
    return versionIdsToStages(secretId).entrySet().stream()
        .filter(version -> version.getValue().contains(stage))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static <T> T inProcess(String secretId, Supplier<T> operation) {
    try {
      return operation.get();
    } catch (AwsFailure e) {
      throw new IllegalArgumentException(
          "secret " + secretId + ": " + e.error().code() + ": " + e.getMessage(), e);
    }
  }

  private static Set<String> names(SecretsManagerOperation... operations) {
    return Arrays.stream(operations)
        .map(SecretsManagerOperation::awsName)
        .collect(Collectors.toSet());
  }

  private static String json(DatabaseCredentials credentials) {
    JsonObject json = new JsonObject();
    json.put("engine", "mysql");
    json.put("username", credentials.username());
    json.put("password", credentials.password());
    credentials.host().ifPresent(host -> json.put("host", host));
    if (credentials.port().isPresent()) {
      json.put("port", credentials.port().getAsInt());
    }
    credentials.database().ifPresent(database -> json.put("dbname", database));
    return JsonWriter.string(json);
  }
}
