package dev.thaw.internal.settings;

import dev.thaw.internal.util.Flaw;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of an enum's constants, by its text in any case. */
public final class ChoiceSetting<E extends Enum<E>> extends Setting<E> {
  private final Class<E> type;

  /** Creates a setting with a default, {@code null} for none. */
  public ChoiceSetting(String name, String variable, Class<E> type, @Nullable E unset, Row row) {
    super(name, variable, unset, row);
    this.type = type;
  }

  @Override
  public E read(String text, SettingNames names) {
    List<String> allowed = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      if (constant.toString().equalsIgnoreCase(text)) {
        return constant;
      }
      allowed.add(constant.toString());
    }
    throw Flaw.of(String.join(", ", allowed)).exception(names.of(this), text);
  }
}
