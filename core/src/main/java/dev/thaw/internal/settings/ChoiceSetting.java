package dev.thaw.internal.settings;

import dev.thaw.internal.util.Flaw;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One of an enum's constants, by its text in any case, with blanks or hyphens for underscores. */
public final class ChoiceSetting<E extends Enum<E>> extends Setting<E> {
  private final Class<E> type;
  private final String prefix;

  /** Creates a setting with a default, {@code null} for none. */
  public ChoiceSetting(String name, String variable, Class<E> type, @Nullable E unset, Row row) {
    this(name, variable, type, unset, row, "");
  }

  /**
   * Creates a setting with a default, {@code null} for none.
   *
   * @param prefix what may stand before each constant, in upper case
   */
  ChoiceSetting(
      String name, String variable, Class<E> type, @Nullable E unset, Row row, String prefix) {
    super(name, variable, unset, row);
    this.type = type;
    this.prefix = prefix;
  }

  @Override
  public E read(String text, SettingNames names) {
    List<String> allowed = new ArrayList<>();
    String spelt = text.replace(' ', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    String plain = spelt.startsWith(prefix) ? spelt.substring(prefix.length()) : spelt;
    for (E constant : type.getEnumConstants()) {
      if (constant.toString().equalsIgnoreCase(plain)) {
        return constant;
      }
      allowed.add(constant.toString());
    }
    throw Flaw.of(String.join(", ", allowed)).exception(names.of(this), text);
  }
}
