package dev.thaw;

import static dev.thaw.internal.settings.BuilderSettings.ACQUIRE_TIMEOUT;
import static dev.thaw.internal.settings.BuilderSettings.AUTO_COMMIT;
import static dev.thaw.internal.settings.BuilderSettings.CONNECTION_INIT_SQL;
import static dev.thaw.internal.settings.BuilderSettings.DATABASE;
import static dev.thaw.internal.settings.BuilderSettings.GIVE_BACK_WHEN_FULL;
import static dev.thaw.internal.settings.BuilderSettings.HOST;
import static dev.thaw.internal.settings.BuilderSettings.IDLE_TIMEOUT;
import static dev.thaw.internal.settings.BuilderSettings.MAX_LIFETIME;
import static dev.thaw.internal.settings.BuilderSettings.MAX_SIZE;
import static dev.thaw.internal.settings.BuilderSettings.MAX_STALE;
import static dev.thaw.internal.settings.BuilderSettings.MIN_IDLE;
import static dev.thaw.internal.settings.BuilderSettings.PORT;
import static dev.thaw.internal.settings.BuilderSettings.QUERY_TIMEOUT;
import static dev.thaw.internal.settings.BuilderSettings.READ_ONLY;
import static dev.thaw.internal.settings.BuilderSettings.SESSION_RESET;
import static dev.thaw.internal.settings.BuilderSettings.SHUTDOWN_GRACE;
import static dev.thaw.internal.settings.BuilderSettings.TRANSACTION_ISOLATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.internal.provider.ProviderSettings;
import dev.thaw.internal.settings.IsolationLevel;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PooledConnectionProviderBuilderTest {
  private static final CredentialsSource SOURCE =
      deadline -> DatabaseCredentials.of("app", "s3cret");
  private static final ConnectionListener LISTENER = new ConnectionListener() {};
  private static final InstantSource WALL_CLOCK = InstantSource.fixed(Instant.EPOCH);
  private static final LongSupplier NANO_CLOCK = new AtomicLong()::get;

  private static final Path CA =
      Path.of("src/main/resources/dev/thaw/internal/net/rds/eu-west-1.der");

  /** One setter with two values, what the settings hold of it, and what they hold without it. */
  private record Setter(
      String name,
      UnaryOperator<PooledConnectionProvider.Builder> set,
      Object value,
      Object byDefault,
      Function<ProviderSettings, Object> get) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final Object ANY = new Object();

  static Stream<Setter> setters() {
    return Stream.of(
        new Setter("name", b -> b.name("orders"), "orders", "thaw", ProviderSettings::name),
        new Setter("host", b -> b.host("db.example"), "db.example", "null", s -> s.find(HOST) + ""),
        new Setter("port", b -> b.port(3307), 3307, 3306, s -> s.get(PORT)),
        new Setter("database", b -> b.database("app"), "app", "null", s -> s.find(DATABASE) + ""),
        new Setter("maxSize", b -> b.maxSize(7), 7, 5, s -> s.get(MAX_SIZE)),
        new Setter("minIdle", b -> b.minIdle(3), 3, 0, s -> s.get(MIN_IDLE)),
        new Setter(
            "acquireTimeout",
            b -> b.acquireTimeout(Duration.ofSeconds(3)),
            Duration.ofSeconds(3),
            Duration.ofSeconds(30),
            s -> s.get(ACQUIRE_TIMEOUT)),
        new Setter(
            "idleTimeout",
            b -> b.idleTimeout(Duration.ofSeconds(4)),
            Duration.ofSeconds(4),
            Duration.ofSeconds(10),
            s -> s.get(IDLE_TIMEOUT)),
        new Setter(
            "maxLifetime",
            b -> b.maxLifetime(Duration.ofSeconds(5)),
            Duration.ofSeconds(5),
            Duration.ofMinutes(30),
            s -> s.get(MAX_LIFETIME)),
        new Setter(
            "shutdownGrace",
            b -> b.shutdownGrace(Duration.ofSeconds(7)),
            Duration.ofSeconds(7),
            Duration.ZERO,
            s -> s.get(SHUTDOWN_GRACE)),
        new Setter(
            "maxStale",
            b -> b.maxStale(Duration.ofSeconds(6)),
            Duration.ofSeconds(6),
            "null",
            s -> s.find(MAX_STALE) == null ? "null" : s.get(MAX_STALE)),
        new Setter(
            "sslMode",
            b -> b.sslMode(SslMode.DISABLED),
            SslMode.DISABLED,
            SslMode.REQUIRED,
            s -> s.tls().mode("db.example", false).mode()),
        new Setter(
            "sslCa",
            b -> b.sslCa(CA),
            SslMode.VERIFY_IDENTITY,
            SslMode.REQUIRED,
            s -> s.tls().mode("db.example", false).mode()),
        new Setter(
            "giveBackWhenFull",
            b -> b.giveBackWhenFull(false),
            false,
            true,
            s -> s.get(GIVE_BACK_WHEN_FULL)),
        new Setter(
            "sessionReset",
            b -> b.sessionReset(SessionReset.NEVER),
            SessionReset.NEVER,
            SessionReset.CHANGED,
            s -> s.get(SESSION_RESET)),
        new Setter(
            "queryTimeout",
            b -> b.queryTimeout(Duration.ofSeconds(7)),
            Duration.ofSeconds(7),
            Duration.ZERO,
            s -> s.get(QUERY_TIMEOUT)),
        new Setter(
            "defaultTransactionIsolation",
            b -> b.defaultTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE),
            IsolationLevel.SERIALIZABLE,
            "null",
            s -> s.find(TRANSACTION_ISOLATION) == null ? "null" : s.get(TRANSACTION_ISOLATION)),
        new Setter("readOnly", b -> b.readOnly(true), true, false, s -> s.get(READ_ONLY)),
        new Setter("autoCommit", b -> b.autoCommit(false), false, true, s -> s.get(AUTO_COMMIT)),
        new Setter(
            "connectionInitSql",
            b -> b.connectionInitSql("SET ROLE ALL"),
            "SET ROLE ALL",
            "null",
            s -> s.find(CONNECTION_INIT_SQL) + ""),
        new Setter(
            "wallClock", b -> b.wallClock(WALL_CLOCK), WALL_CLOCK, ANY, s -> s.clock().wall()),
        new Setter(
            "nanoClock",
            b -> b.nanoClock(NANO_CLOCK),
            NANO_CLOCK,
            ANY,
            s -> s.clock().monotonic()));
  }

  private static PooledConnectionProvider.Builder builder() {
    return PooledConnectionProvider.builder();
  }

  private static ProviderSettings settings(PooledConnectionProvider.Builder builder) {
    return builder.credentials(SOURCE).settings(Map.of());
  }

  @Test
  void every_setter_is_tested_here() {
    List<String> tested = setters().map(Setter::name).toList();
    assertThat(PooledConnectionProvider.Builder.class.getMethods())
        .filteredOn(method -> method.getReturnType().equals(PooledConnectionProvider.Builder.class))
        .extracting(java.lang.reflect.Method::getName)
        .filteredOn(name -> !Set.of("credentials", "listener", "driverProperty").contains(name))
        .containsExactlyInAnyOrderElementsOf(tested);
  }

  @ParameterizedTest
  @MethodSource("setters")
  void what_is_set_arrives(Setter setter) {
    assertThat(setter.get().apply(settings(setter.set().apply(builder()))))
        .isEqualTo(setter.value());
  }

  @ParameterizedTest
  @MethodSource("setters")
  void what_is_not_set_has_its_default(Setter setter) {
    Object byDefault = setter.get().apply(settings(builder()));
    if (setter.byDefault() != ANY) {
      assertThat(byDefault).isEqualTo(setter.byDefault());
    }
    assertThat(byDefault).isNotEqualTo(setter.value());
  }

  @ParameterizedTest
  @MethodSource("setters")
  void each_value_is_set_once(Setter setter) {
    PooledConnectionProvider.Builder once = setter.set().apply(builder());
    assertThatIllegalStateException()
        .isThrownBy(() -> setter.set().apply(once))
        .withMessage(setter.name() + " is set already");
  }

  @Test
  void each_driver_property_is_set_once_whatever_its_case() {
    PooledConnectionProvider.Builder builder =
        builder().driverProperty("usecursorfetch", "true").driverProperty("maxRows", "7");
    assertThatIllegalStateException()
        .isThrownBy(() -> builder.driverProperty("useCursorFetch", "false"))
        .withMessage("driverProperty useCursorFetch is set already");
    assertThat(settings(builder).driverProperties())
        .isEqualTo(Map.of("useCursorFetch", "true", "maxRows", "7"));
    assertThat(settings(builder()).driverProperties()).isEmpty();
  }

  @Test
  void listeners_are_added_in_their_order() {
    ConnectionListener other = new ConnectionListener() {};
    assertThat(settings(builder()).listeners()).isEmpty();
    assertThat(settings(builder().listener(other).listener(LISTENER)).listeners())
        .containsExactly(other, LISTENER);
  }

  @Test
  void the_default_clocks_are_the_systems() {
    ProviderSettings settings = settings(builder());
    long before = System.nanoTime();
    assertThat(settings.clock().nanos()).isBetween(before, System.nanoTime());
    assertThat(settings.clock().wall().instant())
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
  }

  @Test
  void credentials_are_mandatory() {
    assertThatIllegalStateException()
        .isThrownBy(() -> builder().host("db.example").build())
        .withMessage("credentials are not set");
  }

  @Test
  void credentials_are_a_source_or_a_fixed_pair_but_not_both() throws SQLException {
    Deadline deadline = Deadline.after(Duration.ofSeconds(1));
    CredentialsSource fixed = builder().credentials("app", "s3cret").settings(Map.of()).source();
    assertThat(fixed.credentials(deadline)).isEqualTo(DatabaseCredentials.of("app", "s3cret"));
    assertThat(builder().credentials(SOURCE).settings(Map.of()).source()).isSameAs(SOURCE);
    assertThatIllegalStateException()
        .isThrownBy(() -> builder().credentials(SOURCE).credentials("app", "s3cret"))
        .withMessage("credentials is set already");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().credentials("", "s3cret"))
        .withMessage("username is empty")
        .withNoCause();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "né", "a/b", "line\n"})
  void rejects_what_is_no_name(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().name(name))
        .withMessageStartingWith("name is ")
        .withMessageEndingWith(", allowed: 1 to 64 letters, digits and '.', '_', '-'");
  }

  @Test
  void rejects_a_name_that_is_too_long() {
    assertThat(settings(builder().name("n".repeat(64))).name()).hasSize(64);
    assertThatIllegalArgumentException().isThrownBy(() -> builder().name("n".repeat(65)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "db hunter2",
        "db/x",
        "mysql://h/db?password=hunter2",
        "{\"p\":\"hunter2\"}"
      })
  void rejects_what_is_no_host_without_repeating_it(String host) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().host(host))
        .withMessageStartingWith("host is ")
        .withMessageContaining("allowed: a host name of letters")
        .withMessageNotContaining("hunter2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"db", "db-1.example.com", "10.0.0.1", "::1", "fe80::1%eth0"})
  void accepts_names_and_addresses(String host) {
    assertThat(settings(builder().host(host)).get(HOST)).isEqualTo(host);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 65_536})
  void rejects_what_is_no_port(int port) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().port(port))
        .withMessage("port is " + port + ", allowed are 1 to 65535");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a?password=hunter2", "a\nhunter2", "{\"p\":\"hunter2\"}"})
  void rejects_what_is_no_schema_without_repeating_it(String database) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().database(database))
        .withMessageStartingWith("database is a value of ")
        .withMessageContaining("allowed: up to 64 letters")
        .withMessageNotContaining("hunter2");
  }

  @Test
  void rejects_a_schema_name_that_is_too_long() {
    assertThat(settings(builder().database("ä".repeat(64))).get(DATABASE)).hasSize(64);
    assertThatIllegalArgumentException().isThrownBy(() -> builder().database("d".repeat(65)));
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, 0, 1_001})
  void rejects_sizes_out_of_bounds(int size) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().maxSize(size))
        .withMessage("maxSize is " + size + ", allowed are 1 to 1000");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1_001})
  void rejects_idle_counts_out_of_bounds(int count) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().minIdle(count))
        .withMessage("minIdle is " + count + ", allowed are 0 to 1000");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 3, 16})
  void rejects_what_is_no_isolation(int level) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().defaultTransactionIsolation(level))
        .withMessageStartingWith("defaultTransactionIsolation is " + level + ", allowed are");
  }

  @Test
  void rejects_an_empty_statement() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().connectionInitSql(" "))
        .withMessageEndingWith("allowed: an SQL statement");
  }

  @Test
  void rejects_more_idle_connections_than_connections() {
    assertThat(settings(builder().minIdle(5)).get(MIN_IDLE)).isEqualTo(5);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().credentials(SOURCE).minIdle(6).build())
        .withMessage("minIdle is 6, allowed are 0 to maxSize, which is 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().credentials(SOURCE).minIdle(2).maxSize(1).build())
        .withMessage("minIdle is 2, allowed are 0 to maxSize, which is 1");
  }

  @Test
  void rejects_timeouts_out_of_bounds() {
    Duration tooLong = Duration.ofDays(1).plusNanos(1);
    assertOutOfBounds(
        builder -> builder.acquireTimeout(Duration.ZERO),
        "acquireTimeout is PT0S, allowed are PT0.001S to PT24H");
    assertOutOfBounds(
        builder -> builder.acquireTimeout(tooLong),
        "acquireTimeout is PT24H0.000000001S, allowed are PT0.001S to PT24H");
    assertOutOfBounds(
        builder -> builder.idleTimeout(Duration.ofNanos(-1)),
        "idleTimeout is PT-0.000000001S, allowed are PT0S to PT24H");
    assertOutOfBounds(
        builder -> builder.idleTimeout(tooLong),
        "idleTimeout is PT24H0.000000001S, allowed are PT0S to PT24H");
    assertOutOfBounds(
        builder -> builder.maxLifetime(Duration.ofMillis(-1)),
        "maxLifetime is PT-0.001S, allowed are PT0S to PT24H");
    assertOutOfBounds(
        builder -> builder.maxLifetime(tooLong),
        "maxLifetime is PT24H0.000000001S, allowed are PT0S to PT24H");
  }

  private static void assertOutOfBounds(
      UnaryOperator<PooledConnectionProvider.Builder> setter, String said) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> setter.apply(builder()))
        .withMessage(said);
  }

  @Test
  void accepts_the_bounds_themselves() {
    Duration day = Duration.ofDays(1);
    ProviderSettings least =
        settings(
            builder()
                .maxSize(1)
                .minIdle(0)
                .acquireTimeout(Duration.ofMillis(1))
                .idleTimeout(Duration.ZERO)
                .maxLifetime(Duration.ZERO));
    assertThat(least.get(MAX_SIZE)).isEqualTo(1);
    assertThat(least.get(IDLE_TIMEOUT)).isZero();
    ProviderSettings most =
        settings(
            builder()
                .maxSize(1_000)
                .minIdle(1_000)
                .acquireTimeout(day)
                .idleTimeout(day)
                .maxLifetime(day));
    assertThat(most.get(MIN_IDLE)).isEqualTo(1_000);
    assertThat(most.get(ACQUIRE_TIMEOUT)).isEqualTo(day);
  }

  @Test
  @SuppressWarnings("NullAway") // what this is about
  void names_what_is_null() {
    Map<String, UnaryOperator<PooledConnectionProvider.Builder>> setters =
        Map.ofEntries(
            Map.entry("name", b -> b.name(null)),
            Map.entry("host", b -> b.host(null)),
            Map.entry("database", b -> b.database(null)),
            Map.entry("credentials", b -> b.credentials(null)),
            Map.entry("acquireTimeout", b -> b.acquireTimeout(null)),
            Map.entry("idleTimeout", b -> b.idleTimeout(null)),
            Map.entry("maxLifetime", b -> b.maxLifetime(null)),
            Map.entry("sslMode", b -> b.sslMode(null)),
            Map.entry("sslCa", b -> b.sslCa(null)),
            Map.entry("listener", b -> b.listener(null)),
            Map.entry("sessionReset", b -> b.sessionReset(null)));
    setters.forEach(
        (name, setter) ->
            assertThatNullPointerException()
                .isThrownBy(() -> setter.apply(builder()))
                .withMessage(name));
  }
}
