package dev.thaw.internal.settings;

import dev.thaw.internal.util.Flaw;
import dev.thaw.internal.util.FlawException;

/** A whole number within bounds. */
public final class CountSetting extends Setting<Integer> {
  private final int least;
  private final int most;

  /** Creates a setting with a default and bounds. */
  public CountSetting(String name, String variable, int unset, int least, int most, Row row) {
    super(name, variable, unset, row);
    this.least = least;
    this.most = most;
  }

  @Override
  public Integer checked(Integer value) {
    if (value < least || value > most) {
      throw new FlawException(name() + " is " + value + ", allowed are " + allowed());
    }
    return value;
  }

  @Override
  public Integer read(String text, SettingNames names) {
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below, with what is allowed.
    }
    throw Flaw.of(allowed()).exception(names.of(this), text);
  }

  /** Returns the bounds. */
  public String allowed() {
    return least + " to " + most;
  }
}
