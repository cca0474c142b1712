package dev.thaw.examples.assetapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.Context;
import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.examples.assetapi.assets.JdbcAssetRepository;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.Isolation;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.aws.FakeSecretsManager;
import dev.thaw.testing.lambda.Invocation;
import dev.thaw.testing.lambda.LambdaFunction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What the function does that sets the database up: the table, and the user of the others. */
@DatabaseTest(isolation = Isolation.SCHEMA_PER_TEST)
class CreateSchemaTest {
  private static final DatabaseServer SERVER = DatabaseServer.shared();
  // Servers take a name of 32 characters at most.
  private final String name =
      "app" + UUID.randomUUID().toString().replace("-", "").substring(0, 20);
  private final String password = newPassword();
  private final Context context = StubContext.of(Duration.ofSeconds(30));
  private ConnectionProvider admin;

  private static String newPassword() {
    return "Aa1-" + UUID.randomUUID();
  }

  @BeforeEach
  void log_in_as_administrator(TestSchema schema) {
    DatabaseCredentials login = SERVER.admin();
    admin = provider(schema, login.username(), login.password());
  }

  @AfterEach
  void drop_the_user() throws SQLException {
    admin.close();
    try (Connection connection = SERVER.connect();
        PreparedStatement drop = connection.prepareStatement("DROP USER IF EXISTS ?@'%'")) {
      drop.setString(1, name);
      drop.execute();
    }
  }

  private static PooledConnectionProvider provider(
      TestSchema schema, String username, String password) {
    return PooledConnectionProvider.builder()
        .host(SERVER.host())
        .port(SERVER.port())
        .database(schema.name())
        .credentials(username, password)
        .build();
  }

  private CreateSchema createSchema(String password) {
    return new CreateSchema(admin, deadline -> ApplicationUser.withPassword(name, password));
  }

  private static int status(ConnectionProvider db) {
    JdbcAssetRepository assets = new JdbcAssetRepository(db::get, InstantSource.system());
    Event event = Event.create(HandlersTest.asset("saw", "S-1"));
    return Answer.of(new CreateAsset(assets, Cors.of("*")), event).status();
  }

  @Test
  void creates_table_and_user_once_and_keeps_what_is_there(TestSchema schema) {
    CreateSchema createSchema = createSchema(password);
    String done = "The table assets is there, and the user " + name + " may use it";
    assertThat(createSchema.handleRequest(null, context)).isEqualTo(done);
    try (ConnectionProvider db = provider(schema, name, password)) {
      assertThat(status(db)).isEqualTo(201);
      assertThat(createSchema.handleRequest(null, context)).isEqualTo(done);
      assertThat(status(db)).isEqualTo(409);
    }
  }

  @Test
  void a_new_password_of_the_secret_becomes_that_of_the_user(TestSchema schema) {
    String next = newPassword();
    createSchema(password).handleRequest(null, context);
    createSchema(next).handleRequest(null, context);
    try (ConnectionProvider old = provider(schema, name, password);
        ConnectionProvider db = provider(schema, name, next)) {
      assertThat(old.check().success()).isFalse();
      assertThat(db.check().success()).isTrue();
    }
  }

  @Test
  void fails_loudly() {
    admin.close();
    assertThatThrownBy(() -> createSchema(password).handleRequest(null, context))
        .isInstanceOf(IllegalStateException.class)
        .hasCauseInstanceOf(SQLException.class);
  }

  /**
   * RDS has the plugin. MySQL and MariaDB have not, but understand the statement up to its name.
   */
  @Test
  void a_user_of_iam_tokens_needs_the_plugin_of_rds() {
    CreateSchema createSchema =
        new CreateSchema(admin, deadline -> ApplicationUser.withIamToken(name));
    assertThatThrownBy(() -> createSchema.handleRequest(null, context))
        .rootCause()
        .hasMessageContaining("'AWSAuthenticationPlugin' is not loaded");
  }

  @Test
  void exactly_one_variable_says_who_the_user_is() throws SQLException {
    String message = "Exactly one of APP_DB_SECRET_NAME and APP_DB_IAM_USER must be set";
    assertThatThrownBy(() -> ApplicationUser.sourceOf(Map.of("APP_DB_IAM_USER", "")))
        .hasMessage(message);
    assertThatThrownBy(
            () ->
                ApplicationUser.sourceOf(
                    Map.of("APP_DB_IAM_USER", "tokens", "APP_DB_SECRET_NAME", "application")))
        .hasMessage(message);
    ApplicationUser.Source source = ApplicationUser.sourceOf(Map.of("APP_DB_IAM_USER", "tokens"));
    assertThat(source.read(Deadline.after(Duration.ofSeconds(1))).name()).isEqualTo("tokens");
  }

  /** Two secrets, as in the template: the administrator's and the application's. */
  @Nested
  @DatabaseTest(secretsManager = true, isolation = Isolation.SCHEMA_PER_TEST)
  class OnLambda {
    @Test
    void the_password_is_that_of_the_application_s_secret_and_in_no_log(
        TestSchema schema, FakeSecretsManager secrets) throws InterruptedException {
      DatabaseCredentials login = SERVER.admin();
      secrets.createSecret(
          "administrator", DatabaseCredentials.of(login.username(), login.password()));
      secrets.createSecret("application", DatabaseCredentials.of(name, password));
      Map<String, String> environment =
          Map.of(
              "DB_HOST", SERVER.host(),
              "DB_PORT", String.valueOf(SERVER.port()),
              "DB_NAME", schema.name());
      try (LambdaFunction create =
              LambdaFunction.builder(CreateSchema.class)
                  .timeout(Duration.ofSeconds(30))
                  .jvmArguments("-Dorg.slf4j.simpleLogger.defaultLogLevel=trace")
                  .environment(secrets.environment())
                  .environment(environment)
                  .environment("DB_SECRET_NAME", "administrator")
                  .environment(ApplicationUser.SECRET_VARIABLE, "application")
                  .start();
          LambdaFunction list =
              LambdaFunction.builder(ListAssets.class)
                  .timeout(Duration.ofSeconds(30))
                  .environment(secrets.environment())
                  .environment(environment)
                  .environment("DB_SECRET_NAME", "application")
                  .start()) {
        Invocation created = create.invoke("{}");
        assertThat(created.response()).contains("The table assets is there").contains(name);
        assertThat(created.logs()).contains("DEBUG").doesNotContain(password);
        String event = Event.list().toString();
        assertThat(list.invoke(event).response()).contains("\"statusCode\":200");
      }
    }
  }
}
