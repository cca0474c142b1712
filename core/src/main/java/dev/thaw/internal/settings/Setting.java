package dev.thaw.internal.settings;

import static java.util.Objects.requireNonNull;

import dev.thaw.internal.util.FlawException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A setting: the names by which code and variables set it, what it may be, and what README says of
 * it. Immutable.
 *
 * <p>This class is for one that code alone can set, to any object; a subclass also knows how the
 * text of a variable is read, and checks the value.
 *
 * @param <T> the values
 */
public class Setting<T> {
  private final String name;
  private final @Nullable String variable;
  private final @Nullable T unset;
  private final Row row;

  /**
   * Creates a setting.
   *
   * @param name the method of the builder
   * @param variable the variable, without a prefix; {@code null} if there is none
   * @param unset the default; {@code null} if there is none
   * @param row what README says
   */
  public Setting(String name, @Nullable String variable, @Nullable T unset, Row row) {
    this.name = name;
    this.variable = variable;
    this.unset = unset;
    this.row = row;
  }

  /** Returns the name of the builder's method. */
  public final String name() {
    return name;
  }

  /** Returns the name of the variable, without a prefix, or {@code null} if there is none. */
  public final @Nullable String variable() {
    return variable;
  }

  /** Returns the default, or {@code null} if there is none. */
  public final @Nullable T unset() {
    return unset;
  }

  /** Returns what README's table says. */
  public final Row row() {
    return row;
  }

  /**
   * Returns a value of code as it is kept.
   *
   * @throws IllegalArgumentException if it is not allowed; the message has the setting's name
   */
  public T checked(T value) {
    return requireNonNull(value, name);
  }

  /**
   * Returns the value that the text of a variable stands for.
   *
   * @param text neither empty nor with white space around it
   * @param names the names of settings, for messages
   * @throws FlawException if it stands for none; the message has the variable's name
   */
  public T read(String text, SettingNames names) {
    throw new UnsupportedOperationException(name);
  }

  /**
   * Returns the value of the variable without a prefix, or {@code null} if it is not set or empty.
   *
   * @throws FlawException if it is wrong
   */
  public final @Nullable T in(Map<String, String> environment) {
    String name = requireNonNull(variable);
    String text = environment.get(name);
    return text == null || text.isEmpty() ? null : read(text, setting -> name);
  }

  @SuppressWarnings("unchecked") // only what checked() or read() has returned is kept
  final @Nullable T cast(@Nullable Object kept) {
    return (T) kept;
  }

  /** Returns the name, for debugging. */
  @Override
  public final String toString() {
    return name;
  }
}
