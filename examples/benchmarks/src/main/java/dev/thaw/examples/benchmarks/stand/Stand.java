package dev.thaw.examples.benchmarks.stand;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.aws.FakeIamServer;
import dev.thaw.testing.aws.FakeLambdaExtension;
import dev.thaw.testing.aws.FakeSecretsManager;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A server with a schema, and a secret for it that takes some time to read. */
public final class Stand implements AutoCloseable {
  /** The name of the secret. */
  public static final String SECRET = "benchmark/database";

  /** About what Secrets Manager takes within a region. */
  public static final Duration LATENCY = Duration.ofMillis(30);

  private final DatabaseServer server;
  private final TestSchema schema;
  private final FakeSecretsManager secretsManager;
  private final FakeLambdaExtension extension;
  private final FakeIamServer iam;
  private final Certificates certificates;
  private final Optional<Path> trustStore;
  private final TlsFront front;

  private Stand(DatabaseServer server, Path folder)
      throws SQLException, IOException, GeneralSecurityException {
    this.server = server;
    this.schema = server.createSchema();
    this.secretsManager = FakeSecretsManager.start();
    secretsManager.latency(LATENCY);
    // Without a cache of its own: in a cold start that is empty, too.
    this.extension = FakeLambdaExtension.builder(secretsManager).ttl(Duration.ZERO).start();
    this.iam = FakeIamServer.start(server);
    iam.allow(schema.credentials());
    this.certificates = Certificates.create(Files.createDirectories(folder));
    this.trustStore =
        certificates.trustStoreOf(
            Optional.ofNullable(schema.environment().get("DB_SSL_CA")).map(Path::of));
    this.front = TlsFront.start(certificates.serverContext(), secretsManager.endpoint());
    secretsManager.createSecret(
        SECRET, secret(schema.credentials(), server.host(), server.port(), schema.name()));
  }

  /**
   * Starts all of it on a server, which is closed with it.
   *
   * @param server a running server
   * @param folder where the certificates go
   */
  public static Stand on(DatabaseServer server, Path folder)
      throws SQLException, IOException, GeneralSecurityException {
    try {
      return new Stand(server, folder);
    } catch (SQLException | IOException | GeneralSecurityException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static String secret(DatabaseCredentials user, String host, int port, String database) {
    JsonObject secret = new JsonObject(); // as RDS writes it
    secret.put("engine", "mysql");
    secret.put("username", user.username());
    secret.put("password", user.password());
    secret.put("host", host);
    secret.put("port", port);
    secret.put("dbname", database);
    return JsonWriter.string(secret);
  }

  /** Returns the variables of a candidate that uses the schema's own user. */
  public Map<String, String> variables(CandidateName candidate, Transport transport) {
    return variables(
        candidate, transport, SECRET, schema.credentials(), server.host(), server.port());
  }

  /**
   * Makes a user and a secret for a candidate.
   *
   * @param name distinguishes it from others of the same candidate
   * @param candidate the candidate
   * @param host where the database is to be reached
   * @param port its port there
   */
  public Tenant tenant(String name, CandidateName candidate, String host, int port)
      throws SQLException {
    DatabaseCredentials user = schema.createUser();
    String secretName = name + "/" + candidate;
    secretsManager.createSecret(secretName, secret(user, host, port, schema.name()));
    return new Tenant(
        candidate,
        user,
        secretName,
        variables(candidate, Transport.HTTP, secretName, user, host, port));
  }

  private Map<String, String> variables(
      CandidateName candidate,
      Transport transport,
      String secretName,
      DatabaseCredentials user,
      String host,
      int port) {
    // How the server is verified, and more, which is replaced or removed here.
    Map<String, String> variables = new HashMap<>(schema.environment());
    variables.keySet().removeAll(List.of("DB_USER", "DB_PASSWORD"));
    trustStore.ifPresent(file -> variables.put("BENCH_TRUST_STORE", file.toString()));
    variables.putAll(secretsManager.environment());
    if (transport == Transport.HTTPS) {
      variables.put("AWS_ENDPOINT_URL_SECRETS_MANAGER", front.endpoint().toString());
    }
    variables.put("AWS_LAMBDA_FUNCTION_NAME", "benchmark");
    variables.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769");
    variables.put("AWS_EXECUTION_ENV", "AWS_Lambda_java17");
    variables.put("DB_HOST", host);
    variables.put("DB_PORT", String.valueOf(port));
    variables.put("DB_NAME", schema.name());
    variables.put("DB_POOL_MAX", "5");
    variables.put("DB_POOL_ACQUIRE_TIMEOUT", "30000ms");
    variables.put("DB_POOL_IDLE_TIMEOUT", "10000ms");
    switch (candidate) {
      case JDBC -> {
        variables.put("DB_USER", user.username());
        variables.put("DB_PASSWORD", user.password());
      }
      case THAW_IAM -> variables.put("DB_USER", user.username());
      default -> variables.put("DB_SECRET_NAME", secretName);
    }
    if (candidate == CandidateName.THAW_EXTENSION) {
      variables.put("DB_SECRET_SOURCE", "extension");
      variables.putAll(extension.environment());
    } else {
      variables.put("AWS_SESSION_TOKEN", "benchmark");
    }
    if (candidate == CandidateName.THAW_IAM) {
      // The front that asks for tokens is in this process, before the same server.
      variables.putAll(iam.environment());
    }
    return variables;
  }

  /**
   * Returns the options with which a JVM trusts the root of {@link Transport#HTTPS}; none for a
   * candidate that carries authorities.
   */
  public List<String> trustOptions(CandidateName candidate, Jdk jdk)
      throws IOException, GeneralSecurityException {
    return candidate.carriesAuthorities()
        ? List.of()
        : List.of("-Djavax.net.ssl.trustStore=" + certificates.trustStore(jdk));
  }

  /** Returns a candidate's class path, with the root among the authorities that it carries. */
  public String classPath(CandidateName candidate, String own) {
    return candidate.carriesAuthorities()
        ? certificates.carriedAuthorities() + File.pathSeparator + own
        : own;
  }

  /** Returns the server. */
  public DatabaseServer server() {
    return server;
  }

  /** Returns the schema that the secret is for. */
  public TestSchema schema() {
    return schema;
  }

  /** Returns the stand-in for Secrets Manager. */
  public FakeSecretsManager secretsManager() {
    return secretsManager;
  }

  /** Returns where {@link Transport#HTTPS} reaches Secrets Manager. */
  public URI secretEndpoint() {
    return front.endpoint();
  }

  /** Returns the certificates of {@link Transport#HTTPS}. */
  public Certificates certificates() {
    return certificates;
  }

  /** Ends all of it. */
  @Override
  public void close() {
    front.close();
    iam.close();
    extension.close();
    secretsManager.close();
    schema.close();
    server.close();
  }
}
