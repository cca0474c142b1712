package dev.thaw.internal.settings;

import dev.thaw.internal.util.Flaw;

/** True or false. */
public final class FlagSetting extends Setting<Boolean> {
  /** Creates a setting with a default. */
  public FlagSetting(String name, String variable, boolean unset, Row row) {
    super(name, variable, unset, row);
  }

  @Override
  public Boolean read(String text, SettingNames names) {
    if (text.equalsIgnoreCase("true")) {
      return true;
    }
    if (text.equalsIgnoreCase("false")) {
      return false;
    }
    throw Flaw.of("true, false").exception(names.of(this), text);
  }
}
