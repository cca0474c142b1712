package dev.thaw.secrets;

import dev.thaw.internal.settings.Row;
import dev.thaw.internal.settings.Setting;
import dev.thaw.internal.settings.SettingNames;
import dev.thaw.internal.util.Flaw;

/** The names under which a secret keeps its values. */
final class SecretKeysSetting extends Setting<SecretKeys> {
  SecretKeysSetting(String name, String variable, Row row) {
    super(name, variable, null, row);
  }

  @Override
  public SecretKeys read(String text, SettingNames names) {
    SecretKeys.Builder builder = SecretKeys.builder();
    try {
      for (String pair : Pairs.split(text)) {
        Pairs.read(pair, (value, key) -> set(builder, value, key));
      }
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw Flaw.of(
              "name=key&name=key, each name once, of host, port, database, username, password")
          .exception(names.of(this), text);
    }
    return builder.build();
  }

  private static void set(SecretKeys.Builder builder, String value, String key) {
    switch (value) {
      case "host" -> builder.host(key);
      case "port" -> builder.port(key);
      case "database" -> builder.database(key);
      case "username" -> builder.username(key);
      case "password" -> builder.password(key);
      default -> throw new IllegalArgumentException("no such value");
    }
  }
}
