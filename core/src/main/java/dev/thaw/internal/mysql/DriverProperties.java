package dev.thaw.internal.mysql;

import static dev.thaw.internal.settings.BuilderSettings.ACQUIRE_TIMEOUT;
import static dev.thaw.internal.settings.BuilderSettings.AUTO_COMMIT;
import static dev.thaw.internal.settings.BuilderSettings.QUERY_TIMEOUT;
import static dev.thaw.internal.settings.BuilderSettings.READ_ONLY;
import static dev.thaw.internal.settings.BuilderSettings.SSL_CA;
import static dev.thaw.internal.settings.BuilderSettings.SSL_MODE;
import static dev.thaw.internal.settings.BuilderSettings.TRANSACTION_ISOLATION;

import com.mysql.cj.conf.PropertyDefinition;
import com.mysql.cj.conf.PropertyDefinitions;
import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.exceptions.CJException;
import dev.thaw.internal.settings.Setting;
import dev.thaw.internal.settings.SettingNames;
import dev.thaw.internal.util.HiddenFailure;
import dev.thaw.internal.util.Names;
import dev.thaw.internal.util.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which of the driver's properties an application may set: all but those that this library sets
 * itself, and those that let a server read files, load classes or see the password.
 */
public final class DriverProperties {
  private static final String LOGIN = "use the settings for user, password or secret";
  private static final String TLS = "use the settings {sslMode} and {sslCa}";
  private static final String OPENED = "connections are opened by this library";
  private static final String SESSION =
      "the session's state is kept by this library; use JDBC's setters, or the settings"
          + " {autoCommit}, {readOnly} and {defaultTransactionIsolation}";

  /** What stands in braces above and below. */
  private static final List<Setting<?>> NAMED =
      List.of(
          SSL_MODE,
          SSL_CA,
          AUTO_COMMIT,
          READ_ONLY,
          TRANSACTION_ISOLATION,
          ACQUIRE_TIMEOUT,
          QUERY_TIMEOUT);

  /** Those that this library owns, and what to use instead. */
  private static final Map<String, String> OWNED =
      Map.ofEntries(
          Map.entry("user", LOGIN),
          Map.entry("password", LOGIN),
          Map.entry("socketFactory", OPENED),
          Map.entry("connectTimeout", "use a Deadline or the setting {acquireTimeout}"),
          Map.entry("socketTimeout", "use a Deadline or the setting {queryTimeout}"),
          Map.entry("dnsSrv", OPENED),
          Map.entry("localSocketAddress", OPENED),
          Map.entry("socksProxyHost", OPENED),
          Map.entry("socksProxyPort", OPENED),
          Map.entry("socksProxyRemoteDns", OPENED),
          Map.entry("queryInterceptors", "use a ConnectionListener"),
          Map.entry("connectionLifecycleInterceptors", "use a ConnectionListener"),
          Map.entry("useLocalSessionState", SESSION),
          Map.entry("useLocalTransactionState", SESSION),
          Map.entry("alwaysSendSetIsolation", SESSION),
          Map.entry("elideSetAutoCommits", SESSION),
          Map.entry("readOnlyPropagatesToServer", SESSION),
          Map.entry("trackSessionState", SESSION),
          Map.entry("jdbcCompliantTruncation", SESSION),
          Map.entry("characterEncoding", "it is UTF-8; use connectionCollation for a collation"),
          Map.entry("characterSetResults", "it is UTF-8"),
          Map.entry("cacheServerConfiguration", "it is on, for a minute"),
          Map.entry("serverConfigCacheFactory", "it is on, for a minute"),
          Map.entry("enableQueryTimeouts", "query timeouts are kept by this library"),
          Map.entry("queryTimeoutKillsConnection", "query timeouts are kept by this library"),
          Map.entry("paranoid", "it is on: messages would repeat statements"));

  private static final String FILES = "it lets a server read files of this process";
  private static final String CLASSES = "it loads classes by their names";
  private static final String EXPOSED = "it shows what is sent, the login included";

  private static final Map<String, String> DANGEROUS =
      Map.ofEntries(
          Map.entry("allowLoadLocalInfile", FILES + "; use allowLoadLocalInfileInPath"),
          Map.entry("allowUrlInLocalInfile", FILES),
          Map.entry("autoDeserialize", "it lets a server load classes"),
          Map.entry("allowPublicKeyRetrieval", "it shows the password to an impostor"),
          Map.entry("propertiesTransform", CLASSES),
          Map.entry("useConfigs", "it sets properties by the name of a file"),
          Map.entry("clientInfoProvider", CLASSES),
          Map.entry("logger", CLASSES),
          Map.entry("profilerEventHandler", CLASSES),
          Map.entry("queryInfoCacheFactory", CLASSES),
          Map.entry("exceptionInterceptors", CLASSES),
          Map.entry("traceProtocol", EXPOSED),
          Map.entry("enablePacketDebug", EXPOSED),
          Map.entry("autoGenerateTestcaseScript", EXPOSED));

  /** Those that change the request for TLS, which is sent before the driver could be asked. */
  private static final Set<String> CHANGE_HANDSHAKE =
      Set.of(
          "useAffectedRows",
          "allowMultiQueries",
          "connectionCollation",
          "useCompression",
          "interactiveClient",
          "allowLoadLocalInfileInPath",
          "connectionAttributes",
          "createDatabaseIfNotExist");

  private DriverProperties() {}

  /** Returns why the session's state cannot be set by a property, and what to use instead. */
  static String ownState(SettingNames names) {
    return named(SESSION, names);
  }

  private static String named(String reason, SettingNames names) {
    String named = reason;
    for (Setting<?> setting : NAMED) {
      named = named.replace("{" + setting.name() + "}", names.of(setting));
    }
    return named;
  }

  /**
   * Checks a property.
   *
   * @param names the names of settings, for messages
   * @return its name as the driver spells it
   * @throws IllegalArgumentException if the driver has no such property, the value is not allowed,
   *     or the application may not set it; the message says which
   */
  public static String checked(String name, String value, SettingNames names) {
    // A builder asks before anything has connected.
    DriverModule.connect();
    PropertyKey key = key(name);
    PropertyDefinition<?> definition =
        key == null ? null : PropertyDefinitions.getPropertyDefinition(key);
    if (key == null || definition == null) {
      throw new IllegalArgumentException(unknown(name));
    }
    String spelt = key.getKeyName();
    String reason = reason(spelt, definition.getCategory());
    if (reason != null) {
      throw new IllegalArgumentException(
          "The driver property " + spelt + " cannot be set: " + named(reason, names));
    }
    try {
      var unused = definition.parseObject(value, null);
    } catch (CJException e) {
      // The driver's message repeats the value.
      boolean shown = Shown.isShown(value);
      throw new IllegalArgumentException(
          "The driver property "
              + spelt
              + " has a wrong value: "
              + (shown ? e.getMessage() : Shown.value(value)),
          shown ? e : HiddenFailure.of(e));
    }
    DriverPropertyValues.check(key, value, names);
    return spelt;
  }

  /**
   * Checks what depends on several properties, which were each {@linkplain #checked checked}.
   *
   * @throws IllegalArgumentException if a value is not allowed; the message says which
   */
  public static void checkTogether(Map<String, String> properties) {
    DriverPropertyValues.checkTogether(properties);
  }

  private static @Nullable PropertyKey key(String name) {
    // The driver finds its own spelling and the older names.
    PropertyKey key = PropertyKey.fromValue(name);
    if (key != null) {
      return key;
    }
    for (PropertyKey each : PropertyKey.values()) {
      if (each.getKeyName().equalsIgnoreCase(name)) {
        return each;
      }
    }
    return null;
  }

  private static String unknown(String name) {
    List<String> names = new ArrayList<>();
    for (PropertyDefinition<?> each :
        PropertyDefinitions.PROPERTY_KEY_TO_PROPERTY_DEFINITION.values()) {
      names.add(each.getName());
      if (each.hasCcAlias()) {
        names.add(each.getCcAlias());
      }
    }
    String nearest = Names.nearest(name, names);
    return "The driver has no property "
        + (Shown.isShown(name) ? "\"" + name + "\"" : "that is " + Shown.value(name))
        + (nearest == null ? "" : "; did you mean " + nearest + "?");
  }

  private static @Nullable String reason(String name, String category) {
    String reason = DANGEROUS.getOrDefault(name, OWNED.get(name));
    if (reason != null) {
      return reason;
    }
    if (category.equals(PropertyDefinitions.CATEGORY_AUTH)) {
      return LOGIN;
    }
    if (category.equals(PropertyDefinitions.CATEGORY_HA)) {
      return "this library connects to one server, and reconnects by itself";
    }
    if (category.equals(PropertyDefinitions.CATEGORY_XDEVAPI)) {
      return "this library does not use the X DevAPI";
    }
    // Of the category of security these two have nothing to do with TLS.
    boolean tls =
        category.equals(PropertyDefinitions.CATEGORY_SECURITY)
            && !name.equals(PropertyKey.allowLoadLocalInfileInPath.getKeyName())
            && !name.equals(PropertyKey.allowMultiQueries.getKeyName());
    return tls ? TLS : null;
  }

  /** Returns whether the driver's request for TLS depends on one of these. */
  static boolean changeHandshake(Map<String, String> properties) {
    return properties.keySet().stream().anyMatch(CHANGE_HANDSHAKE::contains);
  }
}
