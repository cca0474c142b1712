package dev.thaw.secrets;

import com.grack.nanojson.JsonObject;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.internal.util.Flaw;
import dev.thaw.internal.util.ServerAddress;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses a JSON secret.
 *
 * <p>Its errors name the secret and its keys and show no value: whatever stands in a secret may be
 * the password in the wrong place.
 */
final class SecretParser {
  private final String description;
  private final SecretKeys keys;
  private final int defaultPort;

  /**
   * Makes a parser.
   *
   * @param description names the secret in the messages of errors
   * @param defaultPort the port of a secret that holds a host and no port
   */
  SecretParser(String description, SecretKeys keys, int defaultPort) {
    this.description = description;
    this.keys = keys;
    this.defaultPort = defaultPort;
  }

  DatabaseCredentials parse(SecretValue value, Instant retrievedAt) throws SQLException {
    JsonObject object = object(value);
    List<String> problems = new ArrayList<>();
    String username = text(object, keys.username(), problems);
    String password = text(object, keys.password(), problems);
    if (username == null || username.isEmpty()) {
      missing(object, keys.username(), problems);
    }
    if (password == null) {
      missing(object, keys.password(), problems);
    }
    String host = host(text(object, keys.host(), problems), problems);
    Integer port = port(object, problems);
    String database = database(object, problems);
    if (username == null || password == null || !problems.isEmpty()) {
      throw malformed(value, String.join("; ", problems));
    }
    DatabaseCredentials.Builder builder =
        DatabaseCredentials.builder(username, password).retrievedAt(retrievedAt);
    if (host != null) {
      builder.host(host);
      builder.port(port == null ? defaultPort : port);
    } else if (port != null) {
      builder.port(port);
    }
    if (database != null) {
      builder.database(database);
    }
    if (value.version() != null) {
      builder.version(value.version());
    }
    return builder.build();
  }

  private JsonObject object(SecretValue value) throws SQLException {
    try {
      String text = value.text();
      // Editors and PowerShell put a byte order mark in front, which no parser of JSON knows.
      return Json.object(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (Json.NotJsonException e) {
      throw malformed(value, "it is not a JSON object (" + e.getMessage() + ")");
    }
  }

  private static void missing(JsonObject object, String key, List<String> problems) {
    if (!object.has(key) || object.isNull(key)) {
      problems.add(
          "key '" + key + "' is missing (if it has another name, set keys, or DB_SECRET_KEYS)");
    } else if (object.isString(key)) {
      problems.add("key '" + key + "' is empty");
    }
  }

  /** Returns a text, {@code null} if it is not there. */
  private static @Nullable String text(JsonObject object, String key, List<String> problems) {
    if (!object.has(key) || object.isNull(key)) {
      return null;
    }
    if (!object.isString(key)) {
      problems.add("key '" + key + "' is " + kind(object, key) + ", allowed is a text");
      return null;
    }
    return object.getString(key);
  }

  private static String kind(JsonObject object, String key) {
    if (object.isNumber(key)) {
      return "a number";
    }
    return object.isBoolean(key) ? "true or false" : "an object or a list";
  }

  private @Nullable String host(@Nullable String text, List<String> problems) {
    String host = text == null ? "" : ServerAddress.bareHost(text);
    if (host.isEmpty()) {
      return null;
    }
    String key = "key '" + keys.host() + "'";
    Flaw flaw = ServerAddress.hostFlaw(host, key, "key '" + keys.port() + "'");
    if (flaw != null) {
      problems.add(flaw.describe(key));
    }
    return host;
  }

  private @Nullable Integer port(JsonObject object, List<String> problems) {
    Object value = object.get(keys.port());
    String text = value == null ? "" : ServerAddress.trimmed(value.toString());
    if (value instanceof Double && text.endsWith(".0")) {
      // Languages with one kind of numbers write 3306.0.
      text = text.substring(0, text.length() - 2);
    }
    if (text.isEmpty()) {
      return null;
    }
    Flaw flaw = ServerAddress.portFlaw(text);
    if (flaw != null) {
      problems.add(flaw.describe("key '" + keys.port() + "'"));
      return null;
    }
    return Integer.valueOf(text);
  }

  private @Nullable String database(JsonObject object, List<String> problems) {
    for (String key : keys.database()) {
      String text = text(object, key, problems);
      String database = text == null ? "" : ServerAddress.trimmed(text);
      if (!database.isEmpty()) {
        Flaw flaw = ServerAddress.schemaFlaw(database);
        if (flaw != null) {
          problems.add(flaw.describe("key '" + key + "'"));
        }
        return database;
      }
    }
    return null;
  }

  private SQLException malformed(SecretValue value, String problem) {
    String version = value.version() == null ? "" : ", version " + value.version();
    return SourceFailures.lasting(description + version + " cannot be used: " + problem, null);
  }
}
