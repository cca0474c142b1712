package dev.thaw.internal.settings;

import static java.util.Objects.requireNonNull;

import dev.thaw.internal.util.Flaw;
import dev.thaw.internal.util.FlawException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A duration within bounds. */
public final class DurationSetting extends Setting<Duration> {
  private final Duration least;
  private final Duration most;

  /** Creates a setting with a default, {@code null} for none, and bounds. */
  public DurationSetting(
      String name,
      String variable,
      @Nullable Duration unset,
      Duration least,
      Duration most,
      Row row) {
    super(name, variable, unset, row);
    this.least = least;
    this.most = most;
  }

  @Override
  public Duration checked(Duration value) {
    requireNonNull(value, name());
    if (!isAllowed(value)) {
      throw new FlawException(name() + " is " + value + ", allowed are " + least + " to " + most);
    }
    return value;
  }

  @Override
  public Duration read(String text, SettingNames names) {
    Duration value = DurationText.parse(text);
    if (value == null || !isAllowed(value)) {
      throw Flaw.of(allowed() + ", as " + DurationText.FORMS).exception(names.of(this), text);
    }
    return value;
  }

  private boolean isAllowed(Duration value) {
    return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
  }

  /** Returns the bounds, as variables have them. */
  public String allowed() {
    return DurationText.of(least) + " to " + DurationText.of(most);
  }
}
