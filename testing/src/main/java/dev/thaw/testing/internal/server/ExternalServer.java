package dev.thaw.testing.internal.server;

import dev.thaw.credentials.DatabaseCredentials;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server that {@code THAW_TEST_JDBC_URL} points to. */
final class ExternalServer implements ServerSource {
  private static final Pattern URL =
      Pattern.compile(
          "jdbc:mysql://(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?(?:/[^?/]*)?(?:\\?(.*))?");
  private static final int DEFAULT_PORT = 3306;
  private static final String CURE =
      "Set "
          + TestSettings.JDBC_URL
          + " (jdbc:mysql://host:port/), "
          + TestSettings.JDBC_USER
          + " and "
          + TestSettings.JDBC_PASSWORD
          + " to a user who may create schemas and users.";

  private final TestSettings settings;

  ExternalServer(TestSettings settings) {
    this.settings = settings;
  }

  @Override
  public ServerKind kind() {
    return ServerKind.EXTERNAL;
  }

  @Override
  public Optional<Obstacle> obstacle(ServerOptions options) {
    return settings.get(TestSettings.JDBC_URL).isPresent()
        ? Optional.empty()
        : Optional.of(new Obstacle(TestSettings.JDBC_URL + " is not set", CURE, true));
  }

  @Override
  public RunningServer start(ServerOptions options) {
    if (!options.variables().isEmpty()) {
      throw new IllegalStateException(
          "server options "
              + options.variables().keySet()
              + " cannot be given to the external server of "
              + TestSettings.JDBC_URL
              + ": it runs already. Set "
              + TestSettings.DATABASE
              + "=docker or embedded for this test.");
    }
    Matcher url = URL.matcher(required(TestSettings.JDBC_URL));
    if (!url.matches()) {
      throw new IllegalStateException(
          TestSettings.JDBC_URL
              + " is not of the form jdbc:mysql://host:port/?parameters, with one host (its value"
              + " is not shown, as it may hold a password)");
    }
    String host = url.group(1).replaceAll("[\\[\\]]", "");
    int port = url.group(2) == null ? DEFAULT_PORT : Integer.parseInt(url.group(2));
    Properties parameters = parameters(url.group(3) == null ? "" : url.group(3));
    String user = required(TestSettings.JDBC_USER);
    // An empty password is a password: local servers often have none.
    String password = settings.get(TestSettings.JDBC_PASSWORD).orElse("");
    ServerAddress address = new ServerAddress(host, port);
    try {
      return new RunningServer(
          kind(), address, DatabaseCredentials.of(user, password), parameters, null, () -> {});
    } catch (SQLException e) {
      throw new IllegalStateException(
          "cannot log in to the external server "
              + address
              + " of "
              + TestSettings.JDBC_URL
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private String required(String name) {
    return settings
        .get(name)
        .orElseThrow(() -> new IllegalStateException(name + " is not set. " + CURE));
  }

  private static Properties parameters(String query) {
    Properties properties = new Properties();
    properties.setProperty("connectTimeout", "10000");
    for (String parameter : query.split("&", -1)) {
      int equals = parameter.indexOf('=');
      if (equals > 0) {
        String name = decode(parameter.substring(0, equals));
        if (name.equals("user") || name.equals("password")) {
          throw new IllegalStateException(
              TestSettings.JDBC_URL
                  + " holds the parameter "
                  + name
                  + ": set "
                  + (name.equals("user") ? TestSettings.JDBC_USER : TestSettings.JDBC_PASSWORD)
                  + " instead, as URLs end up in logs");
        }
        properties.setProperty(name, decode(parameter.substring(equals + 1)));
      }
    }
    return properties;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
