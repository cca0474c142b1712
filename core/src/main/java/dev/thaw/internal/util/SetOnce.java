package dev.thaw.internal.util;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** The rule of this library's builders: a value is set at most once. */
public final class SetOnce {
  private SetOnce() {}

  /**
   * Returns the value to set.
   *
   * @param present what is set so far
   * @param value what to set
   * @param name names the value in messages
   * @throws IllegalStateException if one is set already
   */
  public static <T> T value(@Nullable T present, T value, String name) {
    requireNonNull(value, name);
    if (present != null) {
      throw new IllegalStateException(name + " is set already");
    }
    return value;
  }
}
