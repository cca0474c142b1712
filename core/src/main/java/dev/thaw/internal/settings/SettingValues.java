package dev.thaw.internal.settings;

import static java.util.Objects.requireNonNull;

import dev.thaw.internal.util.SetOnce;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The values of settings: those of code, each set once, and those of variables for what code has
 * not set. For one thread until it is copied.
 */
public final class SettingValues implements SettingNames {
  private final Map<Setting<?>, Object> values;
  private final Map<String, String> driverProperties;
  private final Set<Setting<?>> byVariable = new HashSet<>();
  private @Nullable String prefix;

  /** Creates it with nothing set. */
  public SettingValues() {
    this(Map.of(), Map.of());
  }

  private SettingValues(Map<Setting<?>, Object> values, Map<String, String> driverProperties) {
    this.values = new HashMap<>(values);
    this.driverProperties = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    this.driverProperties.putAll(driverProperties);
  }

  /**
   * Sets a value of code.
   *
   * @throws IllegalArgumentException if it is not allowed
   * @throws IllegalStateException if one is set already
   */
  public <T> void set(Setting<T> setting, T value) {
    T present = setting.cast(values.get(setting));
    values.put(setting, SetOnce.value(present, setting.checked(value), setting.name()));
  }

  /**
   * Names variables in messages from now on, except for what code has set.
   *
   * @param value what stands before each variable's name
   */
  public void readsVariables(String value) {
    prefix = value;
  }

  /** Sets what a variable stands for. */
  public <T> void setByVariable(Setting<T> setting, T value) {
    values.put(setting, value);
    byVariable.add(setting);
  }

  /** Returns whether there is a value that is no default. */
  public boolean isSet(Setting<?> setting) {
    return values.containsKey(setting);
  }

  /** Returns whether code has set a value. */
  public boolean isSetByCode(Setting<?> setting) {
    return isSet(setting) && !byVariable.contains(setting);
  }

  /** Returns the value, or else the default, or {@code null} if there is none. */
  public <T> @Nullable T find(Setting<T> setting) {
    T value = setting.cast(values.get(setting));
    return value == null ? setting.unset() : value;
  }

  /** Returns the value, or else the default, of a setting that has one. */
  public <T> T get(Setting<T> setting) {
    return requireNonNull(find(setting), setting.name());
  }

  /** Returns the driver's properties, which the caller may add to. */
  public Map<String, String> driverProperties() {
    return driverProperties;
  }

  /** Returns values that the builder does not change any more. */
  public SettingValues copy() {
    SettingValues copy = new SettingValues(values, driverProperties);
    copy.byVariable.addAll(byVariable);
    copy.prefix = prefix;
    return copy;
  }

  @Override
  public String of(Setting<?> setting) {
    return prefix == null || setting.variable() == null || isSetByCode(setting)
        ? setting.name()
        : prefix + setting.variable();
  }
}
