package dev.thaw.examples.local;

import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.examples.assetapi.CreateAsset;
import dev.thaw.examples.assetapi.CreateSchema;
import dev.thaw.examples.assetapi.GetAsset;
import dev.thaw.examples.assetapi.ListAssets;
import dev.thaw.examples.local.gateway.Gateway;
import dev.thaw.examples.local.gateway.Route;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.aws.FakeSecretsManager;
import dev.thaw.testing.aws.SecretRotation;
import dev.thaw.testing.fault.FaultProxy;
import dev.thaw.testing.lambda.LambdaFunction;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What stands behind the front: database, secret and the functions of the API. */
public final class Backend implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Backend.class);
  private static final String SECRET = "database";

  /** How long an invocation may take. The template has 15 seconds, too long to watch. */
  public static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final List<FaultProxy> proxies = new ArrayList<>();
  private final DatabasePair database;
  private final TestSchema schema;
  private final FakeSecretsManager secrets;
  private final Gateway gateway;

  /** Starts database and Secrets Manager. No function starts before its first request. */
  public Backend() throws SQLException {
    boolean started = false;
    try {
      database = opened(DatabasePair.start());
      schema = opened(database.writer().createSchema());
      createTable();
      secrets = opened(FakeSecretsManager.start());
      // As RDS does it: the secret holds user name and password only.
      DatabaseCredentials login = schema.credentials();
      secrets.createSecret(SECRET, DatabaseCredentials.of(login.username(), login.password()));
      Map<String, String> environment = environment(proxy());
      Map<Route, LambdaFunction> routes = new LinkedHashMap<>();
      LambdaFunction create = function(CreateAsset.class, environment);
      LambdaFunction get = function(GetAsset.class, environment);
      routes.put(new Route("GET", "/assets"), function(ListAssets.class, environment));
      routes.put(new Route("POST", "/assets"), create);
      routes.put(new Route("OPTIONS", "/assets"), create);
      routes.put(new Route("GET", "/assets/{id}"), get);
      routes.put(new Route("OPTIONS", "/assets/{id}"), get);
      gateway = new Gateway(routes);
      started = true;
    } finally {
      if (!started) {
        close();
      }
    }
  }

  private void createTable() throws SQLException {
    try (InputStream script = CreateSchema.class.getResourceAsStream("schema.sql");
        Connection connection = schema.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("the asset API's schema.sql cannot be read", e);
    }
  }

  private LambdaFunction function(Class<?> handler, Map<String, String> environment) {
    return opened(
        LambdaFunction.builder(handler).timeout(TIMEOUT).environment(environment).start());
  }

  private <T extends AutoCloseable> T opened(T resource) {
    opened.push(resource);
    return resource;
  }

  /** Returns the API. */
  public Gateway gateway() {
    return gateway;
  }

  /**
   * Returns a new way to the server that takes writes; after a failover it leads to the new one.
   */
  public FaultProxy proxy() {
    DatabaseServer writer = database.writer();
    FaultProxy proxy = opened(FaultProxy.to(writer.host(), writer.port()));
    proxies.add(proxy);
    return proxy;
  }

  /** Returns the environment variables of a function, and with them its way to the database. */
  public Map<String, String> environment(FaultProxy proxy) {
    // How the server is verified, and more, which is replaced or removed here.
    Map<String, String> variables = new LinkedHashMap<>(schema.environment());
    variables.keySet().removeAll(List.of("DB_USER", "DB_PASSWORD"));
    variables.putAll(secrets.environment());
    variables.put("DB_SECRET_NAME", SECRET);
    variables.put("DB_HOST", proxy.host());
    variables.put("DB_PORT", Integer.toString(proxy.port()));
    variables.put("DB_NAME", schema.name());
    return variables;
  }

  /** Returns a rotation of the secret, at the server that takes writes. */
  public SecretRotation rotation() {
    return SecretRotation.singleUser(secrets, SECRET, database.writer());
  }

  /** Returns the servers. */
  public DatabasePair database() {
    return database;
  }

  /** Kills every connection of the functions, and returns how many there were. */
  public int killConnections() throws SQLException {
    return database.kill(schema.credentials().username());
  }

  /**
   * Changes the servers' roles and lets the name of the database lead to the one that takes writes.
   */
  public void failOver() throws SQLException {
    database.failOver();
    DatabaseServer writer = database.writer();
    proxies.forEach(proxy -> proxy.upstream(writer.host(), writer.port()));
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      AutoCloseable resource = opened.pop();
      if (resource == schema) {
        continue; // it ends with its server
      }
      try {
        resource.close();
      } catch (Exception e) {
        LOG.error("{} cannot be closed", resource, e);
      }
    }
  }
}
