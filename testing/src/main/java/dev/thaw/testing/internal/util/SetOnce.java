package dev.thaw.testing.internal.util;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** The rule of this module's builders: a value is set at most once. */
public final class SetOnce {
  // A copy of core's, which is internal there. An export to this module alone would not do: core is
  // compiled without it, and tests run it on the class path, in no module.
  private SetOnce() {}

  /**
   * Returns the value to set.
   *
   * @throws IllegalStateException if one is present
   */
  public static <T> T value(@Nullable T present, T value, String name) {
    requireNonNull(value, name);
    if (present != null) {
      throw new IllegalStateException(name + " is set already");
    }
    return value;
  }
}
