package dev.thaw.internal.settings;

import org.jspecify.annotations.Nullable;

/**
 * What README's table says of a setting, in Markdown.
 *
 * @param text what the setting is
 * @param unset the default; {@code null} for that of the setting
 * @param builder what sets it in code; {@code null} for the setting's name
 * @param variable why there is no variable; {@code null} for the variable's name
 */
public record Row(
    String text, @Nullable String unset, @Nullable String builder, @Nullable String variable) {

  /** Says what a setting is. */
  public static Row of(String text) {
    return new Row(text, null, null, null);
  }

  /** Says what a setting is, and what holds where it is not set. */
  public static Row of(String text, String unset) {
    return new Row(text, unset, null, null);
  }

  /** Says, instead of the setting's name, what sets it in code. */
  public Row by(String what) {
    return new Row(text, unset, what, variable);
  }

  /** Says why no variable can set it. */
  public Row withoutVariable(String reason) {
    return new Row(text, unset, builder, reason);
  }
}
