package dev.thaw.internal.settings;

import static java.util.Objects.requireNonNull;

import dev.thaw.internal.util.Flaw;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A text that a rule checks. */
public final class TextSetting extends Setting<String> {
  private final Function<String, @Nullable Flaw> rule;

  /**
   * Creates a setting.
   *
   * @param unset the default, {@code null} for none
   * @param rule returns what is wrong with a text, or {@code null}
   */
  public TextSetting(
      String name,
      String variable,
      @Nullable String unset,
      Function<String, @Nullable Flaw> rule,
      Row row) {
    super(name, variable, unset, row);
    this.rule = rule;
  }

  @Override
  public String checked(String value) {
    requireNonNull(value, name());
    return allowed(value, name());
  }

  @Override
  public String read(String text, SettingNames names) {
    return allowed(text, names.of(this));
  }

  private String allowed(String text, String name) {
    Flaw flaw = rule.apply(text);
    if (flaw != null) {
      throw flaw.exception(name, text);
    }
    return text;
  }
}
