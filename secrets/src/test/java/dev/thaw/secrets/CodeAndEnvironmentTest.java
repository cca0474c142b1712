package dev.thaw.secrets;

import static dev.thaw.secrets.Variables.prefixed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.SessionReset;
import dev.thaw.SslMode;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.internal.settings.BuilderAccess;
import dev.thaw.internal.settings.BuilderSettings;
import dev.thaw.internal.settings.IsolationLevel;
import dev.thaw.internal.settings.Setting;
import dev.thaw.internal.settings.SettingValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What code sets beside the variables. */
class CodeAndEnvironmentTest {
  private static final Map<String, String> COMPLETE =
      Map.of(
          "DB_HOST", "db.example.com",
          "DB_NAME", "assets",
          "DB_USER", "app",
          "DB_PASSWORD", "pa$$w0rd");

  /** A source that code sets. */
  private static final class OwnSource implements CredentialsSource {
    final AtomicBoolean closed = new AtomicBoolean();

    @Override
    public DatabaseCredentials credentials(Deadline deadline) {
      return DatabaseCredentials.of("app", "s3cret");
    }

    @Override
    public void close() {
      closed.set(true);
    }
  }

  @TempDir Path directory;

  static Stream<Arguments> variables() {
    return Stream.of(
        Arguments.of(BuilderSettings.HOST, "[::1]", "::1"),
        Arguments.of(BuilderSettings.PORT, "3307", 3307),
        Arguments.of(BuilderSettings.DATABASE, "orders", "orders"),
        Arguments.of(BuilderSettings.MAX_STALE, "10m", Duration.ofMinutes(10)),
        Arguments.of(BuilderSettings.MAX_SIZE, "7", 7),
        Arguments.of(BuilderSettings.MIN_IDLE, "2", 2),
        Arguments.of(BuilderSettings.ACQUIRE_TIMEOUT, "3s", Duration.ofSeconds(3)),
        Arguments.of(BuilderSettings.IDLE_TIMEOUT, "PT4S", Duration.ofSeconds(4)),
        Arguments.of(BuilderSettings.MAX_LIFETIME, "5m", Duration.ofMinutes(5)),
        Arguments.of(BuilderSettings.SHUTDOWN_GRACE, "20s", Duration.ofSeconds(20)),
        Arguments.of(BuilderSettings.NAME, "orders", "orders"),
        Arguments.of(BuilderSettings.GIVE_BACK_WHEN_FULL, "FALSE", false),
        Arguments.of(BuilderSettings.SESSION_RESET, "always", SessionReset.ALWAYS),
        Arguments.of(
            BuilderSettings.TRANSACTION_ISOLATION, "serializable", IsolationLevel.SERIALIZABLE),
        Arguments.of(BuilderSettings.READ_ONLY, "true", true),
        Arguments.of(BuilderSettings.AUTO_COMMIT, "false", false),
        Arguments.of(BuilderSettings.CONNECTION_INIT_SQL, " SET ROLE ALL", "SET ROLE ALL"),
        Arguments.of(BuilderSettings.QUERY_TIMEOUT, "6s", Duration.ofSeconds(6)),
        Arguments.of(BuilderSettings.SSL_MODE, "verify_identity", SslMode.VERIFY_IDENTITY));
  }

  @Test
  void every_variable_of_the_builder_is_tried_here() {
    List<Object> tried = variables().map(arguments -> arguments.get()[0]).toList();
    assertThat(BuilderSettings.ALL)
        .filteredOn(setting -> setting.variable() != null)
        // Tried elsewhere: the one is no single value, the other needs a file.
        .filteredOn(
            setting ->
                setting != BuilderSettings.DRIVER_PROPERTIES && setting != BuilderSettings.SSL_CA)
        .allSatisfy(setting -> assertThat(tried).contains(setting));
  }

  @ParameterizedTest
  @MethodSource("variables")
  void a_variable_arrives_with_its_prefix(Setting<?> setting, String text, Object value) {
    Map<String, String> variables =
        prefixed("ORDERS", with(String.valueOf(setting.variable()), text));
    assertThat(values("ORDERS", variables, builder -> {}).find(setting)).isEqualTo(value);
  }

  @Test
  void what_code_sets_wins_and_its_variables_are_not_read() {
    SettingValues values =
        values(
            "",
            with("DB_POOL_MAX", "none", "DB_MAX_LIFETIME", "1h", "DB_POOL_MIN", "2"),
            builder ->
                builder
                    .host("other.example.com")
                    .maxSize(3)
                    .maxLifetime(Duration.ofMinutes(2))
                    .maxStale(Duration.ZERO)
                    .name("orders"));
    assertThat(values.get(BuilderSettings.MAX_SIZE)).isEqualTo(3);
    assertThat(values.get(BuilderSettings.MAX_LIFETIME)).isEqualTo(Duration.ofMinutes(2));
    assertThat(values.get(BuilderSettings.MAX_STALE)).isZero();
    assertThat(values.get(BuilderSettings.MIN_IDLE)).isEqualTo(2);
    assertThat(values.get(BuilderSettings.NAME)).isEqualTo("orders");
  }

  @Test
  void the_host_of_code_is_that_of_the_credentials_too() throws Exception {
    SettingValues values =
        values("", COMPLETE, builder -> builder.host("other.example.com").port(3307));
    try (CredentialsSource source = values.get(BuilderSettings.CREDENTIALS)) {
      DatabaseCredentials credentials = source.credentials(Deadline.after(Duration.ofSeconds(1)));
      assertThat(credentials.host()).hasValue("other.example.com");
      assertThat(credentials.port()).hasValue(3307);
    }
  }

  @Test
  void what_code_sets_needs_no_variable() {
    try (ConnectionProvider provider =
            fromEnvironment(
                "",
                Map.of("DB_USER", "app", "DB_PASSWORD", "p"),
                builder -> builder.host("localhost").database("assets"));
        ConnectionProvider own =
            fromEnvironment("", Map.of(), builder -> builder.credentials(new OwnSource()))) {
      assertThat(provider.isActive()).isFalse();
      assertThat(own.isActive()).isFalse();
    }
  }

  @Test
  void credentials_of_code_win_over_those_of_variables() {
    OwnSource source = new OwnSource();
    Map<String, String> variables = with("DB_SECRET_NAME", "a b", "DB_AUTH", "kerberos");
    SettingValues values = values("", variables, builder -> builder.credentials(source));
    assertThat(values.get(BuilderSettings.CREDENTIALS)).isSameAs(source);
    assertThat(values.get(BuilderSettings.HOST)).isEqualTo("db.example.com");
  }

  @Test
  void what_code_throws_comes_out_as_it_is_and_its_source_is_closed() {
    OwnSource source = new OwnSource();
    IllegalStateException failure = new IllegalStateException("of the application");
    assertThatThrownBy(
            () ->
                fromEnvironment(
                    "",
                    COMPLETE,
                    builder -> {
                      builder.credentials(source);
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThat(source.closed).isTrue();
  }

  @Test
  void a_wrong_variable_closes_the_source_of_code() {
    OwnSource source = new OwnSource();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                fromEnvironment(
                    "", Map.of("DB_POOL_MAX", "0"), builder -> builder.credentials(source)))
        .withMessageEndingWith("DB_POOL_MAX is '0', allowed: 1 to 1000");
    assertThat(source.closed).isTrue();
  }

  @Test
  void an_error_names_what_has_set_the_value() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fromEnvironment("", COMPLETE, builder -> builder.minIdle(6)))
        .withMessageEndingWith("minIdle is 6, allowed are 0 to DB_POOL_MAX, which is 5");
    Map<String, String> orders = prefixed("ORDERS", with("DB_POOL_MIN", "6"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fromEnvironment("ORDERS", orders, builder -> builder.maxSize(4)))
        .withMessageEndingWith("ORDERS_DB_POOL_MIN is 6, allowed are 0 to maxSize, which is 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fromEnvironment("", COMPLETE, builder -> builder.maxSize(0)))
        .withMessage("maxSize is 0, allowed are 1 to 1000");
  }

  @Test
  void white_space_around_names_and_values_of_pairs_is_left_out() {
    SettingValues values =
        values("", with("DB_PROPERTIES", "connectionTimeZone = UTC & maxRows=5"), builder -> {});
    assertThat(values.driverProperties())
        .containsExactlyInAnyOrderEntriesOf(Map.of("connectionTimeZone", "UTC", "maxRows", "5"));
  }

  @Test
  void properties_of_the_driver_are_put_together() {
    SettingValues values =
        values(
            "",
            with("DB_PROPERTIES", "maxrows=5&useCursorFetch=true"),
            builder -> builder.driverProperty("maxRows", "7"));
    assertThat(values.driverProperties())
        .containsExactlyInAnyOrderEntriesOf(Map.of("maxRows", "7", "useCursorFetch", "true"));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> fromEnvironment("", with("DB_PROPERTIES", "maxRows=5&maxrows=6"), builder -> {}))
        .withMessageContaining("DB_PROPERTIES: driverProperty maxRows is set already");
  }

  @Test
  void a_dotenv_file_does_not_say_where_credentials_of_code_go() throws IOException {
    Files.writeString(directory.resolve(".env"), "DB_HOST=evil\nDB_PORT=1\nDB_POOL_MAX=3");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                fromEnvironment(
                    "", Map.of(), builder -> builder.credentials("app", "s3cret").port(3306)))
        .withMessageEndingWith(
            "connection: DB_HOST is in the .env file, but the credentials are set in code: set both"
                + " in the same place");
  }

  @Test
  void a_secrets_keys_and_times_are_variables() {
    Map<String, String> variables =
        Map.of(
            "DB_SECRET_NAME", "orders",
            "AWS_REGION", "eu-central-1",
            "DB_SECRET_KEYS", "username=user&password=pass%20word",
            "DB_MAX_STALE", "10m",
            "DB_SECRET_TRY_PENDING", "false");
    SettingValues values = values("", variables, builder -> {});
    assertThat(values.get(EnvironmentSettings.SECRET_KEYS))
        .hasToString("SecretKeys[host, port, dbname, database, user, pass word]");
    assertThat(values.get(EnvironmentSettings.SECRET_TRY_PENDING)).isFalse();
    for (String wrong : List.of("user=u", "username", "username=a&username=b", "username=")) {
      Map<String, String> other = new HashMap<>(variables);
      other.put("DB_SECRET_KEYS", wrong);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> fromEnvironment("", other, builder -> {}))
          .withMessageContainingAll("DB_SECRET_KEYS is ", "allowed: name=key&name=key");
    }
  }

  private SettingValues values(
      String prefix,
      Map<String, String> variables,
      Consumer<PooledConnectionProvider.Builder> code) {
    List<PooledConnectionProvider.Builder> builders = new ArrayList<>();
    try (ConnectionProvider provider =
        fromEnvironment(prefix, variables, code.andThen(builders::add))) {
      assertThat(provider.isActive()).isFalse();
    }
    return BuilderAccess.values(builders.get(0));
  }

  private ConnectionProvider fromEnvironment(
      String prefix,
      Map<String, String> variables,
      Consumer<PooledConnectionProvider.Builder> code) {
    return ConnectionProviders.fromEnvironment(prefix, Environment.of(variables, directory), code);
  }

  private static Map<String, String> with(String... more) {
    return Variables.with(COMPLETE, more);
  }
}
