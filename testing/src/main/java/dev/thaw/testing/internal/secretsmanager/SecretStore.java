package dev.thaw.testing.internal.secretsmanager;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of one account in one region. Every method is one operation of the service, with its
 * rules and messages; a refused one throws {@link AwsFailure}. Thread-safe.
 */
public final class SecretStore {
  private static final String SUFFIX_CHARACTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final int SUFFIX_LENGTH = 6;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9/_+=.@!-]{1,512}");
  private static final Pattern ENDS_LIKE_SUFFIX = Pattern.compile(".*-[A-Za-z0-9]{6}");
  private static final Pattern TOKEN = Pattern.compile(".{32,64}", Pattern.DOTALL);
  private static final int MAX_STAGE_LENGTH = 256;

  private final String arnPrefix;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, StoredSecret> secrets = new LinkedHashMap<>();

  /** Creates an empty store. */
  public SecretStore(String region, String account, InstantSource clock) {
    this.arnPrefix = "arn:aws:secretsmanager:" + region + ":" + account + ":secret:";
    this.clock = clock;
  }

  /** A version of a secret as GetSecretValue returns it. */
  public record Value(
      String arn,
      String name,
      String versionId,
      SecretContent content,
      Set<String> stages,
      Instant created) {}

  /** What CreateSecret returns. */
  public record Created(String arn, String name, Optional<String> versionId) {}

  /** A secret as DescribeSecret returns it. */
  public record Description(
      String arn,
      String name,
      Optional<String> description,
      Map<String, Set<String>> stages,
      Instant created,
      Instant changed,
      Optional<Instant> deleted) {}

  /** CreateSecret. Without content the secret has no version. */
  public synchronized Created create(
      String name, @Nullable SecretContent content, @Nullable String description, String token) {
    if (!NAME.matcher(name).matches()) {
      throw AwsFailure.validation(
          "Invalid name. Must be a valid name containing alphanumeric characters, or any of the"
              + " following: -/_+=.@!");
    }
    requireToken(token);
    StoredSecret existing = secrets.get(name);
    if (existing != null) {
      return createAgain(existing, content, token);
    }
    StoredSecret secret =
        new StoredSecret(name, arnPrefix + name + "-" + suffix(), description, clock.instant());
    secrets.put(name, secret);
    if (content == null) {
      return new Created(secret.arn(), name, Optional.empty());
    }
    secret.add(token, content, Set.of(), clock.instant());
    return new Created(secret.arn(), name, Optional.of(token));
  }

  private static Created createAgain(
      StoredSecret existing, @Nullable SecretContent content, String token) {
    if (existing.deleted().isPresent()) {
      throw AwsFailure.invalidRequest(
          "You can't create this secret because a secret with this name is already scheduled"
              + " for deletion.");
    }
    Optional<StoredSecret.Version> version = existing.version(token);
    if (version.isPresent() && version.get().content().equals(content)) {
      return new Created(existing.arn(), existing.name(), Optional.of(token));
    }
    throw AwsFailure.resourceExists(
        "The operation failed because the secret " + existing.name() + " already exists.");
  }

  /** GetSecretValue. Without version id and stage: the current version. */
  public synchronized Value get(
      String secretId, @Nullable String versionId, @Nullable String stage) {
    StoredSecret secret = find(secretId);
    if (versionId == null) {
      String wanted = stage == null ? StoredSecret.CURRENT : stage;
      return value(
          secret, secret.staged(wanted).orElseThrow(() -> noValue("staging label", wanted)));
    }
    StoredSecret.Version version =
        secret.version(versionId).orElseThrow(() -> noValue("VersionId", versionId));
    if (stage != null && !version.stages().contains(stage)) {
      throw AwsFailure.invalidRequest(
          "You provided a VersionStage that is not associated to the provided VersionId.");
    }
    return value(secret, version);
  }

  /** PutSecretValue. Without stages the version becomes the current one. */
  public synchronized Value put(
      String secretId, SecretContent content, Set<String> stages, String token) {
    StoredSecret secret = find(secretId);
    requireToken(token);
    stages.forEach(SecretStore::requireStage);
    Optional<StoredSecret.Version> existing = secret.version(token);
    if (existing.isPresent()) {
      if (existing.get().content().equals(content)) {
        return value(secret, existing.get());
      }
      throw AwsFailure.resourceExists(
          "You can't use ClientRequestToken "
              + token
              + " because that value is already in use for a version of secret "
              + secret.arn()
              + ".");
    }
    Set<String> labels = stages.isEmpty() ? Set.of(StoredSecret.CURRENT) : stages;
    return value(secret, secret.add(token, content, labels, clock.instant()));
  }

  /** UpdateSecretVersionStage. */
  public synchronized Value updateStage(
      String secretId, String stage, @Nullable String moveTo, @Nullable String removeFrom) {
    StoredSecret secret = find(secretId);
    requireStage(stage);
    Optional<StoredSecret.Version> holder = secret.staged(stage);
    if (removeFrom != null && holder.filter(v -> v.id().equals(removeFrom)).isEmpty()) {
      throw AwsFailure.invalidParameter(
          "The version " + removeFrom + " does not have the staging label " + stage + ".");
    }
    if (moveTo == null) {
      return remove(secret, stage, removeFrom);
    }
    StoredSecret.Version target =
        secret.version(moveTo).orElseThrow(() -> noValue("VersionId", moveTo));
    if (removeFrom == null && holder.isPresent() && !holder.get().equals(target)) {
      throw AwsFailure.invalidParameter(
          "The parameter RemoveFromVersionId can't be empty. Staging label "
              + stage
              + " is currently attached to version "
              + holder.get().id()
              + ", so you must explicitly reference that version in RemoveFromVersionId.");
    }
    secret.attach(stage, target);
    secret.touch(clock.instant());
    return value(secret, target);
  }

  private Value remove(StoredSecret secret, String stage, @Nullable String from) {
    if (from == null) {
      throw AwsFailure.invalidParameter(
          "You must specify MoveToVersionId, RemoveFromVersionId, or both.");
    }
    if (stage.equals(StoredSecret.CURRENT)) {
      throw AwsFailure.invalidParameter(
          "You can only move staging label AWSCURRENT to a different secret version. It can't"
              + " be completely removed.");
    }
    StoredSecret.Version version =
        secret.version(from).orElseThrow(() -> noValue("VersionId", from));
    secret.detach(stage, version);
    secret.touch(clock.instant());
    return value(secret, version);
  }

  /** DescribeSecret. */
  public synchronized Description describe(String secretId) {
    StoredSecret secret = lookUp(secretId);
    return new Description(
        secret.arn(),
        secret.name(),
        secret.description(),
        secret.stages(),
        secret.created(),
        secret.changed(),
        secret.deleted());
  }

  /** DeleteSecret, with a recovery window. */
  public synchronized void delete(String secretId) {
    find(secretId).delete(clock.instant());
  }

  private StoredSecret find(String secretId) {
    StoredSecret secret = lookUp(secretId);
    if (secret.deleted().isPresent()) {
      throw AwsFailure.invalidRequest(
          "You can't perform this operation on the secret because it was marked for deletion.");
    }
    return secret;
  }

  private StoredSecret lookUp(String secretId) {
    StoredSecret secret = secretId.startsWith("arn:") ? byArn(secretId) : secrets.get(secretId);
    if (secret == null) {
      throw AwsFailure.resourceNotFound("Secrets Manager can't find the specified secret.");
    }
    return secret;
  }

  private @Nullable StoredSecret byArn(String arn) {
    for (StoredSecret secret : secrets.values()) {
      if (secret.arn().equals(arn)) {
        return secret;
      }
    }
    // An ARN without its suffix is found too, unless the name itself ends like a suffix: the
    // service warns of that in the description of SecretId.
    if (arn.startsWith(arnPrefix) && !ENDS_LIKE_SUFFIX.matcher(arn).matches()) {
      return secrets.get(arn.substring(arnPrefix.length()));
    }
    return null;
  }

  private static Value value(StoredSecret secret, StoredSecret.Version version) {
    return new Value(
        secret.arn(),
        secret.name(),
        version.id(),
        version.content(),
        new TreeSet<>(version.stages()),
        version.created());
  }

  private static AwsFailure noValue(String by, String what) {
    return AwsFailure.resourceNotFound(
        "Secrets Manager can't find the specified secret value for " + by + ": " + what);
  }

  private static void requireToken(String token) {
    if (!TOKEN.matcher(token).matches()) {
      throw AwsFailure.validation(
          "1 validation error detected: Value '"
              + token
              + "' at 'clientRequestToken' failed to satisfy constraint: Member must have"
              + " length between 32 and 64");
    }
  }

  private static void requireStage(String stage) {
    if (stage.isEmpty() || stage.length() > MAX_STAGE_LENGTH) {
      throw AwsFailure.validation(
          "1 validation error detected: Value '"
              + stage
              + "' at 'versionStage' failed to satisfy constraint: Member must have length"
              + " between 1 and "
              + MAX_STAGE_LENGTH);
    }
  }

  private String suffix() {
    StringBuilder suffix = new StringBuilder();
    for (int i = 0; i < SUFFIX_LENGTH; i++) {
      suffix.append(SUFFIX_CHARACTERS.charAt(random.nextInt(SUFFIX_CHARACTERS.length())));
    }
    return suffix.toString();
  }

  /** Returns a new version id, as a client generates it. */
  public static String newVersionId() {
    return UUID.randomUUID().toString();
  }
}
