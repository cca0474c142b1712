package dev.thaw.internal.settings;

import static java.util.Objects.requireNonNull;

import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lets thaw-secrets see and check what a provider's builder has, which has no such methods. */
public final class BuilderAccess {
  private static volatile @Nullable Function<Object, SettingValues> access;
  private static volatile @Nullable Consumer<SettingValues> propertiesCheck;

  private BuilderAccess() {}

  /**
   * Says how to get at a builder's values; called when the builder's class is initialised.
   *
   * @param check throws an IllegalArgumentException if the driver's properties do not fit together
   */
  public static void open(Function<Object, SettingValues> values, Consumer<SettingValues> check) {
    access = values;
    propertiesCheck = check;
  }

  /**
   * Checks what depends on several properties of the driver.
   *
   * @throws IllegalArgumentException if a value is not allowed; the message says which
   */
  public static void checkProperties(SettingValues values) {
    requireNonNull(propertiesCheck, "a builder").accept(values);
  }

  /** Returns the values of a builder, which change with it. */
  public static SettingValues values(Object builder) {
    return requireNonNull(access, "a builder").apply(builder);
  }
}
