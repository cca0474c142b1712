package dev.thaw.internal.settings;

import dev.thaw.internal.util.Flaw;
import dev.thaw.internal.util.ServerAddress;

/** The name or address of a host. */
final class HostSetting extends Setting<String> {
  private final Setting<Integer> port;

  /**
   * Creates a setting without a default.
   *
   * @param port where a port belongs that stands behind the host
   */
  HostSetting(String name, String variable, Setting<Integer> port, Row row) {
    super(name, variable, null, row);
    this.port = port;
  }

  @Override
  public String checked(String value) {
    return ServerAddress.host(value);
  }

  @Override
  public String read(String text, SettingNames names) {
    String host = ServerAddress.bareHost(text);
    Flaw flaw = ServerAddress.hostFlaw(host, names.of(this), names.of(port));
    if (flaw != null) {
      throw flaw.exception(names.of(this), text);
    }
    return host;
  }
}
