package dev.thaw.internal.settings;

/** The names that messages give to settings. */
@FunctionalInterface
public interface SettingNames {
  /** Returns what has set the setting, or could: the builder's method, or the variable. */
  String of(Setting<?> setting);
}
