package dev.thaw.secrets;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The names by which Secrets Manager knows one secret, as keys of a cache that cannot be told to
 * forget: the one that the user set, the ARN, and the name.
 *
 * <p>An older answer under one name is recognised by its version, which an answer under another
 * name has replaced. Thread-safe.
 */
final class SecretSpellings {
  private static final int REMEMBERED = 16;

  private final String configured;
  private final Map<SecretStage, Place> places = new EnumMap<>(SecretStage.class);
  private @Nullable String arn;
  private @Nullable String name;

  /** Where the reading of one stage stands. */
  private static final class Place {
    private final Deque<String> replaced = new ArrayDeque<>();
    private @Nullable String version;
    private int index;
    private int skipped;
  }

  SecretSpellings(String configured) {
    this.configured = configured;
  }

  private Place place(SecretStage stage) {
    return places.computeIfAbsent(stage, any -> new Place());
  }

  private List<String> all() {
    return Stream.of(configured, arn, name).filter(Objects::nonNull).distinct().toList();
  }

  /** Keeps the names that an answer tells. */
  synchronized void learn(@Nullable String learntArn, @Nullable String learntName) {
    arn = learntArn;
    name = learntName;
  }

  /** Returns the name to ask by. */
  synchronized String of(SecretStage stage) {
    List<String> all = all();
    return all.get(place(stage).index % all.size());
  }

  /** Goes on to the next name. */
  synchronized void next(SecretStage stage) {
    place(stage).index++;
  }

  /**
   * Returns whether a version is known to have been replaced by another, and if so goes on to the
   * next name; false once each name has been tried.
   */
  synchronized boolean isOutdated(SecretStage stage, @Nullable String version) {
    Place place = place(stage);
    if (version == null || !place.replaced.contains(version) || place.skipped >= all().size() - 1) {
      return false;
    }
    place.skipped++;
    place.index++;
    return true;
  }

  /** Records the version that was read at last. */
  synchronized void seen(SecretStage stage, @Nullable String version) {
    Place place = place(stage);
    place.skipped = 0;
    if (version == null || version.equals(place.version)) {
      return;
    }
    place.replaced.remove(version);
    if (place.version != null) {
      place.replaced.addLast(place.version);
      if (place.replaced.size() > REMEMBERED) {
        place.replaced.removeFirst();
      }
    }
    place.version = version;
  }
}
