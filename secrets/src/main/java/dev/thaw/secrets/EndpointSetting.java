package dev.thaw.secrets;

import dev.thaw.internal.settings.Row;
import dev.thaw.internal.settings.Setting;
import dev.thaw.internal.settings.SettingNames;
import dev.thaw.internal.util.Flaw;
import dev.thaw.internal.util.FlawException;
import java.net.URI;

/** The address of a service. */
final class EndpointSetting extends Setting<URI> {
  EndpointSetting(String name, String variable, Row row) {
    super(name, variable, null, row);
  }

  @Override
  public URI checked(URI value) {
    if (!HttpEndpoint.isAllowed(super.checked(value))) {
      // Not shown: it may hold a user and a password.
      throw new FlawException(name() + " is not allowed; allowed is " + HttpEndpoint.ALLOWED);
    }
    return value;
  }

  @Override
  public URI read(String text, SettingNames names) {
    try {
      return checked(URI.create(text));
    } catch (IllegalArgumentException e) {
      throw Flaw.of(HttpEndpoint.ALLOWED).exception(names.of(this), text);
    }
  }
}
