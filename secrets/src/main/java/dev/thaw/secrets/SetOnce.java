package dev.thaw.secrets;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** The rule of this module's builders: a value is set at most once. */
final class SetOnce {
  // A copy of core's, which is internal there: this module uses only what core exports to all.
  private SetOnce() {}

  /**
   * Returns the value to set.
   *
   * @throws IllegalStateException if one is present
   */
  static <T> T value(@Nullable T present, T value, String name) {
    requireNonNull(value, name);
    if (present != null) {
      throw new IllegalStateException(name + " is set already");
    }
    return value;
  }
}
