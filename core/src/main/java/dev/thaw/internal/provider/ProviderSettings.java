package dev.thaw.internal.provider;

import static dev.thaw.internal.settings.BuilderSettings.NAME;

import dev.thaw.ConnectionListener;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.internal.net.TlsSettings;
import dev.thaw.internal.settings.Setting;
import dev.thaw.internal.settings.SettingValues;
import dev.thaw.internal.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a provider was built with, checked by its builder.
 *
 * @param values the values of the settings
 * @param source where credentials come from
 * @param tls how TLS is used
 * @param listeners receive the events
 * @param clock the clocks that age and idleness are judged by
 */
public record ProviderSettings(
    SettingValues values,
    CredentialsSource source,
    TlsSettings tls,
    List<ConnectionListener> listeners,
    Clock clock) {

  /** Returns the pool's name. */
  public String name() {
    return get(NAME);
  }

  /** Returns the value of a setting, or its default, which it must have. */
  public <T> T get(Setting<T> setting) {
    return values.get(setting);
  }

  /** Returns the value of a setting, or its default, or {@code null} if there is none. */
  public <T> @Nullable T find(Setting<T> setting) {
    return values.find(setting);
  }

  /** Returns the application's own properties of the driver. */
  public Map<String, String> driverProperties() {
    return values.driverProperties();
  }
}
