package dev.thaw.testing.internal.secretsmanager;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A secret with its versions, and the rules by which staging labels move between them. Guarded by
 * its store.
 */
final class StoredSecret {
  static final String CURRENT = "AWSCURRENT";
  static final String PREVIOUS = "AWSPREVIOUS";
  static final String PENDING = "AWSPENDING";

  private final String name;
  private final String arn;
  private final Instant created;
  private final @Nullable String description;
  private final Map<String, Version> versions = new LinkedHashMap<>();
  private Instant changed;
  private @Nullable Instant deleted;

  StoredSecret(String name, String arn, @Nullable String description, Instant now) {
    this.name = name;
    this.arn = arn;
    this.description = description;
    this.created = now;
    this.changed = now;
  }

  record Version(String id, SecretContent content, Instant created, SortedSet<String> stages) {}

  String name() {
    return name;
  }

  String arn() {
    return arn;
  }

  Instant created() {
    return created;
  }

  Instant changed() {
    return changed;
  }

  Optional<String> description() {
    return Optional.ofNullable(description);
  }

  Optional<Instant> deleted() {
    return Optional.ofNullable(deleted);
  }

  void delete(Instant now) {
    deleted = now;
  }

  Optional<Version> version(String id) {
    return Optional.ofNullable(versions.get(id));
  }

  Optional<Version> staged(String stage) {
    return versions.values().stream().filter(v -> v.stages().contains(stage)).findFirst();
  }

  /** Returns the labelled versions; one without a label is deprecated and not listed. */
  Map<String, Set<String>> stages() {
    Map<String, Set<String>> stages = new LinkedHashMap<>();
    for (Version version : versions.values()) {
      if (!version.stages().isEmpty()) {
        stages.put(version.id(), new TreeSet<>(version.stages()));
      }
    }
    return stages;
  }

  /** Adds a version with these labels; the first one becomes the current one in any case. */
  Version add(String id, SecretContent content, Set<String> stages, Instant now) {
    boolean first = versions.isEmpty();
    Version version = new Version(id, content, now, new TreeSet<>());
    versions.put(id, version);
    for (String stage : stages) {
      attach(stage, version);
    }
    if (first) {
      attach(CURRENT, version);
    }
    changed = now;
    return version;
  }

  /** Moves a label to the version from the one that has it, and AWSPREVIOUS after AWSCURRENT. */
  void attach(String stage, Version target) {
    Optional<Version> before = staged(stage);
    before.ifPresent(version -> version.stages().remove(stage));
    target.stages().add(stage);
    if (stage.equals(CURRENT) && before.isPresent() && !before.get().equals(target)) {
      attach(PREVIOUS, before.get());
      // A version keeps AWSPENDING after its rotation, until it is no longer the current one: so
      // LocalStack's tests recorded it from the service.
      before.get().stages().remove(PENDING);
    }
  }

  void detach(String stage, Version version) {
    version.stages().remove(stage);
  }

  void touch(Instant now) {
    changed = now;
  }
}
