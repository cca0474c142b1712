package dev.thaw.internal.settings;

import dev.thaw.ConnectionListener;
import dev.thaw.SessionReset;
import dev.thaw.SslMode;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.internal.net.Endpoint;
import dev.thaw.internal.util.Flaw;
import dev.thaw.internal.util.ServerAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a provider's builder.
 *
 * <p>A new one is added here and gets a method of the builder; what reads it asks {@link
 * SettingValues}. README's table and the documentation of the builder are compared with this list
 * by a test.
 */
public final class BuilderSettings {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration YEAR = Duration.ofDays(365);
  private static final int MAX_SIZE_LIMIT = 1_000;
  private static final int LONGEST_NAME = 64;
  private static final String OBJECT = "none: an object";

  /** The server's port, for credentials that name none. */
  public static final Setting<Integer> PORT =
      new CountSetting("port", "DB_PORT", Endpoint.DEFAULT_PORT, 1, 65_535, Row.of("TCP port"));

  /** The server's host, for credentials that name none. */
  public static final Setting<String> HOST =
      new HostSetting(
          "host",
          "DB_HOST",
          PORT,
          Row.of("host name or address of the server", "none, must be set"));

  /** The default schema, for credentials that name none. */
  public static final Setting<String> DATABASE =
      new TextSetting(
          "database",
          "DB_NAME",
          null,
          ServerAddress::schemaFlaw,
          Row.of(
              "default schema",
              "none; the variable must be set, unless the credentials come from elsewhere"));

  /** Where credentials come from. */
  public static final Setting<CredentialsSource> CREDENTIALS =
      new Setting<>(
          "credentials",
          null,
          null,
          Row.of("user name and password, or a source of them", "none, must be set")
              .withoutVariable("the next ones choose a source"));

  /** How long stale credentials are used. */
  public static final Setting<Duration> MAX_STALE =
      new DurationSetting(
          "maxStale",
          "DB_MAX_STALE",
          null,
          Duration.ZERO,
          YEAR,
          Row.of(
              "how long credentials are used after their time to live, while their source cannot"
                  + " get newer ones; 0 is not at all",
              "1 h for a secret"));

  /** The most connections. */
  public static final Setting<Integer> MAX_SIZE =
      new CountSetting(
          "maxSize",
          "DB_POOL_MAX",
          5,
          1,
          MAX_SIZE_LIMIT,
          Row.of(
              "most connections open at once, in one execution environment; see"
                  + " [sizing](examples/README.md#sizing-the-pool) for what serves several requests"
                  + " at once"));

  /** How many idle connections the idle timeout leaves open. */
  public static final Setting<Integer> MIN_IDLE =
      new CountSetting(
          "minIdle",
          "DB_POOL_MIN",
          0,
          0,
          MAX_SIZE_LIMIT,
          Row.of("idle connections that the idle timeout leaves open"));

  /** The bound of a get without a deadline. */
  public static final Setting<Duration> ACQUIRE_TIMEOUT =
      new DurationSetting(
          "acquireTimeout",
          "DB_POOL_ACQUIRE_TIMEOUT",
          Duration.ofSeconds(30),
          Duration.ofMillis(1),
          DAY,
          Row.of("how long `get()` may take in all"));

  /** How long a surplus connection stays open unused; zero for no limit. */
  public static final Setting<Duration> IDLE_TIMEOUT =
      new DurationSetting(
          "idleTimeout",
          "DB_POOL_IDLE_TIMEOUT",
          Duration.ofSeconds(10),
          Duration.ZERO,
          DAY,
          Row.of("how long a connection stays open unused while others are open; 0 is no limit"));

  /** How long a connection may be open; zero for no limit. */
  public static final Setting<Duration> MAX_LIFETIME =
      new DurationSetting(
          "maxLifetime",
          "DB_MAX_LIFETIME",
          Duration.ofMinutes(30),
          Duration.ZERO,
          DAY,
          Row.of("how long a connection may be open; 0 is no limit"));

  /** How long the end of the JVM leaves it to the application to close the provider. */
  public static final Setting<Duration> SHUTDOWN_GRACE =
      new DurationSetting(
          "shutdownGrace",
          "DB_SHUTDOWN_GRACE",
          Duration.ZERO,
          Duration.ZERO,
          DAY,
          Row.of(
              "how long the end of the JVM (SIGTERM) waits for the application to close the provider;"
                  + " see [services](examples/README.md#ecs-fargate-ec2-and-eks)"));

  /** The pool's name. */
  public static final Setting<String> NAME =
      new TextSetting(
          "name",
          "DB_POOL_NAME",
          "thaw",
          BuilderSettings::nameFlaw,
          Row.of("name of the pool in log lines and messages", "`thaw`, or the prefix"));

  /** Whether connections are given back while the server is short of them. */
  public static final Setting<Boolean> GIVE_BACK_WHEN_FULL =
      new FlagSetting(
          "giveBackWhenFull",
          "DB_GIVE_BACK_WHEN_FULL",
          true,
          Row.of("closing connections at return while the server is nearly full"));

  /** When a session is reset for its next borrower. */
  public static final Setting<SessionReset> SESSION_RESET =
      new ChoiceSetting<>(
          "sessionReset",
          "DB_SESSION_RESET",
          SessionReset.class,
          SessionReset.CHANGED,
          Row.of(
              "when the session is reset before the next borrower: `CHANGED`, `ALWAYS`, `NEVER`;"
                  + " see [below](#what-the-next-borrower-finds)"));

  /** The isolation of transactions that no borrower has set. */
  public static final Setting<IsolationLevel> TRANSACTION_ISOLATION =
      new ChoiceSetting<>(
          "defaultTransactionIsolation",
          "DB_TRANSACTION_ISOLATION",
          IsolationLevel.class,
          null,
          Row.of(
              "isolation of transactions: `READ_UNCOMMITTED`, `READ_COMMITTED`, `REPEATABLE_READ`,"
                  + " `SERIALIZABLE`; see [below](#defaults-of-your-own)",
              "the server's"),
          "TRANSACTION_");

  /** Whether transactions are read-only. */
  public static final Setting<Boolean> READ_ONLY =
      new FlagSetting(
          "readOnly",
          "DB_READ_ONLY",
          false,
          Row.of("whether a borrowed connection is read-only at first"));

  /** Whether each statement is a transaction. */
  public static final Setting<Boolean> AUTO_COMMIT =
      new FlagSetting(
          "autoCommit",
          "DB_AUTO_COMMIT",
          true,
          Row.of("whether a borrowed connection commits each statement at first"));

  /** A statement that each session begins with. */
  public static final Setting<String> CONNECTION_INIT_SQL =
      new TextSetting(
          "connectionInitSql",
          "DB_INIT_SQL",
          null,
          sql -> sql.isBlank() ? Flaw.of("an SQL statement") : null,
          Row.of("SQL statement executed after each login and each reset of the session", "none"));

  /** The query timeout of statements that have none of their own; zero for none. */
  public static final Setting<Duration> QUERY_TIMEOUT =
      new DurationSetting(
          "queryTimeout",
          "DB_QUERY_TIMEOUT",
          Duration.ZERO,
          Duration.ZERO,
          DAY,
          Row.of(
              "how long a statement may run that has no query timeout of its own; 0 is no limit"));

  /** Properties of the driver, by their names; each is set by itself. */
  public static final Setting<Map<String, String>> DRIVER_PROPERTIES =
      new Setting<>(
          "driverProperty",
          "DB_PROPERTIES",
          null,
          Row.of(
              "properties of MySQL Connector/J, as"
                  + " `connectionTimeZone=UTC&rewriteBatchedStatements=true`; see"
                  + " [below](#properties-of-the-driver)",
              "none"));

  /** How TLS is used. */
  public static final Setting<SslMode> SSL_MODE =
      new ChoiceSetting<>(
          "sslMode",
          "DB_SSL_MODE",
          SslMode.class,
          null,
          Row.of(
              "use of TLS: `DISABLED`, `PREFERRED`, `REQUIRED`, `VERIFY_CA`, `VERIFY_IDENTITY`",
              "`VERIFY_IDENTITY` in Lambda, for hosts of RDS and Aurora, and with a CA file or IAM"
                  + " tokens; see [TLS](#tls)"));

  /** The authorities' file. */
  public static final CaFileSetting SSL_CA =
      new CaFileSetting(
          "sslCa",
          "DB_SSL_CA",
          Row.of(
              "PEM file of the authorities that sign the server's certificate; read at the start,"
                  + " and again when it has changed",
              "those of RDS, and the JVM's trust store"));

  /** Who is told of the events; each is added by itself. */
  public static final Setting<List<ConnectionListener>> LISTENERS =
      new Setting<>(
          "listener",
          null,
          null,
          Row.of("who is told what the provider does; several may be", "none")
              .withoutVariable(OBJECT));

  /** The wall clock. */
  public static final Setting<InstantSource> WALL_CLOCK =
      new Setting<>(
          "wallClock",
          null,
          null,
          Row.of("wall clock that age and idleness are judged by", "the system's")
              .withoutVariable(OBJECT));

  /** The monotonic clock. */
  public static final Setting<LongSupplier> NANO_CLOCK =
      new Setting<>(
          "nanoClock",
          null,
          null,
          Row.of("monotonic clock, in nanoseconds, that they are judged by", "the system's")
              .withoutVariable(OBJECT));

  /** All of them. */
  public static final List<Setting<?>> ALL =
      List.of(
          HOST,
          PORT,
          DATABASE,
          CREDENTIALS,
          MAX_STALE,
          MAX_SIZE,
          MIN_IDLE,
          ACQUIRE_TIMEOUT,
          IDLE_TIMEOUT,
          MAX_LIFETIME,
          SHUTDOWN_GRACE,
          NAME,
          GIVE_BACK_WHEN_FULL,
          SESSION_RESET,
          TRANSACTION_ISOLATION,
          READ_ONLY,
          AUTO_COMMIT,
          CONNECTION_INIT_SQL,
          QUERY_TIMEOUT,
          DRIVER_PROPERTIES,
          SSL_MODE,
          SSL_CA,
          LISTENERS,
          WALL_CLOCK,
          NANO_CLOCK);

  private BuilderSettings() {}

  private static @Nullable Flaw nameFlaw(String name) {
    boolean allowed = !name.isEmpty() && name.length() <= LONGEST_NAME;
    for (int i = 0; allowed && i < name.length(); i++) {
      char c = name.charAt(i);
      allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "._-".indexOf(c) >= 0;
    }
    return allowed ? null : Flaw.of("1 to 64 letters, digits and '.', '_', '-'");
  }
}
