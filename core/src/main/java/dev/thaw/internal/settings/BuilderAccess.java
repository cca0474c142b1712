package dev.thaw.internal.settings;

import static java.util.Objects.requireNonNull;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lets thaw-secrets see what code has set in a provider's builder, which has no such method. */
public final class BuilderAccess {
  private static volatile @Nullable Function<Object, SettingValues> access;

  private BuilderAccess() {}

  /** Says how to get at a builder's values; called when the builder's class is initialised. */
  public static void open(Function<Object, SettingValues> values) {
    access = values;
  }

  /** Returns the values of a builder, which change with it. */
  public static SettingValues values(Object builder) {
    return requireNonNull(access, "a builder").apply(builder);
  }
}
