package dev.thaw.testing;

import static java.util.Objects.requireNonNull;

import dev.thaw.ConnectionProvider;
import dev.thaw.testing.aws.FakeIamServer;
import dev.thaw.testing.aws.FakeSecretsManager;
import dev.thaw.testing.aws.SecretRotation;
import dev.thaw.testing.fault.EnvironmentFreeze;
import dev.thaw.testing.fault.FaultProxy;
import dev.thaw.testing.fault.MovableClock;
import dev.thaw.testing.internal.junit.JUnit;
import dev.thaw.testing.internal.util.SetOnce;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The JUnit extension behind {@link DatabaseTest}, for tests that set it up in code.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final DatabaseExtension DATABASE = DatabaseExtension.builder().schema("schema.sql").build();
 * }</pre>
 *
 * <p>In a static field it gives the class one schema, in an instance field each test one of its own
 * (with {@code @TestInstance(PER_CLASS)} there is one instance, and so one schema). Parameters of
 * tests, lifecycle methods and constructors may be:
 *
 * <ul>
 *   <li>{@link ConnectionProvider}: a pool that logs in as the schema's user. Every test has its
 *       own, which its lifecycle methods share; {@code @BeforeAll} and {@code @AfterAll} share
 *       another one. It is closed after the test or the class.
 *   <li>{@link DataSource}: the same pool.
 *   <li>{@link Connection}: one from that pool, another one for each parameter; closed after the
 *       test or the class.
 *   <li>{@link FaultProxy}: a proxy between that pool and the server; the pool's next connect goes
 *       through it, so ask for it in the signature of the test, not after the first get.
 *   <li>{@link EnvironmentFreeze} and {@link MovableClock}: the clocks of that pool, which run on
 *       and can be moved.
 *   <li>{@link TestSchema}: the schema itself, for what has to go past the pool.
 *   <li>{@link DatabaseServer}: the server.
 *   <li>{@link FakeSecretsManager}: with {@link DatabaseTest#secretsManager()}, where the provider
 *       reads its login from.
 *   <li>{@link SecretRotation}: with it, too, the rotation of that login, as a single user's.
 *   <li>{@link FakeIamServer}: with {@link DatabaseTest#iam()}, what the provider logs in to with
 *       tokens.
 *   <li>{@link dev.thaw.testing.lambda.LambdaFunction} with {@link
 *       dev.thaw.testing.lambda.LambdaHandler}: a function that finds the schema.
 * </ul>
 *
 * <p>A test that leaves a connection of its provider open, or a transaction, fails; the suppressed
 * exception shows where the connection was taken.
 *
 * <p>What was opened is closed, and the schema is dropped, also after a failure or a timeout of
 * JUnit's. A statement that a timeout has left running on a thread of its own is cut off.
 *
 * <p>Test classes and methods may run in parallel. Needs JUnit Jupiter 5.12 or later.
 */
public final class DatabaseExtension
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback,
        ParameterResolver {

  /** The secret that {@code secretsManager = true} makes. */
  static final String SECRET = "database";

  private static final Map<Class<?>, Resolver> RESOLVERS =
      Map.ofEntries(
          Map.entry(ConnectionProvider.class, TestDatabase::provider),
          Map.entry(DataSource.class, TestDatabase::dataSource),
          Map.entry(Connection.class, TestDatabase::connection),
          Map.entry(EnvironmentFreeze.class, TestDatabase::freeze),
          Map.entry(FakeIamServer.class, TestDatabase::iamServer),
          Map.entry(FakeSecretsManager.class, TestDatabase::secretsManager),
          Map.entry(FaultProxy.class, TestDatabase::proxy),
          Map.entry(MovableClock.class, TestDatabase::clock),
          Map.entry(SecretRotation.class, TestDatabase::rotation),
          Map.entry(TestSchema.class, TestDatabase::schema),
          Map.entry(DatabaseServer.class, TestDatabase::server));

  private final @Nullable DatabaseSettings settings;

  /** Called by JUnit for {@link DatabaseTest}, which then has the settings. */
  private DatabaseExtension() {
    this.settings = null;
  }

  private DatabaseExtension(DatabaseSettings settings) {
    this.settings = settings;
  }

  /** Makes what a parameter gets. */
  @FunctionalInterface
  private interface Resolver {
    Object resolve(TestDatabase database) throws Exception;
  }

  /** Returns a builder of an extension for a field with {@code @RegisterExtension}. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    database(context).prepare();
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    database(context).prepare();
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    database(context).finish();
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    database(context).finish();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return RESOLVERS.containsKey(parameter.getParameter().getType())
        || WrongUse.ofParameter(parameter).isPresent();
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    WrongUse.ofParameter(parameter)
        .ifPresent(
            wrong -> {
              throw new ParameterResolutionException(JUnit.describe(parameter) + " " + wrong);
            });
    Resolver resolver = requireNonNull(RESOLVERS.get(parameter.getParameter().getType()));
    try {
      return resolver.resolve(database(context));
    } catch (Exception e) {
      throw new ParameterResolutionException(
          JUnit.describe(parameter) + " cannot be made: " + e.getMessage(), e);
    }
  }

  /** Makes a constructor's parameters belong to the test, not to the class. */
  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
    return ExtensionContextScope.TEST_METHOD;
  }

  private TestDatabase database(ExtensionContext context) {
    return TestDatabase.of(context, this, settings);
  }

  /**
   * A builder of {@link DatabaseExtension} in which each value may be set once.
   *
   * <p>Not thread-safe.
   */
  public static final class Builder {
    private final List<SchemaInitializer> initializers = new ArrayList<>();
    private final Map<String, String> serverOptions = new LinkedHashMap<>();
    private @Nullable List<String> scripts;
    private @Nullable Isolation isolation;
    private @Nullable String mysqlImage;
    private @Nullable Boolean secretsManager;
    private @Nullable Boolean iam;
    private @Nullable Boolean leakCheck;

    private Builder() {}

    /**
     * Sets the SQL scripts that fill the schema, as {@link DatabaseTest#schema()} does.
     *
     * @throws IllegalStateException if they are set already
     */
    public Builder schema(String... values) {
      this.scripts = SetOnce.value(scripts, List.of(values), "schema");
      return this;
    }

    /** Adds what fills the schema before the scripts, after those added before. */
    public Builder initializer(SchemaInitializer value) {
      initializers.add(requireNonNull(value, "initializer"));
      return this;
    }

    /**
     * Sets what the tests share; by default the schema. {@link Isolation#SCHEMA_PER_TEST} is what
     * an instance field does anyway.
     *
     * @throws IllegalStateException if it is set already
     */
    public Builder isolation(Isolation value) {
      this.isolation = SetOnce.value(isolation, value, "isolation");
      return this;
    }

    /**
     * Sets a system variable that the server is started with, as {@link
     * DatabaseTest#serverOptions()} does.
     *
     * @param name the variable's name, such as {@code max_connections}
     * @param value its value
     * @throws IllegalStateException if it is set already
     */
    public Builder serverOption(String name, String value) {
      if (serverOptions.putIfAbsent(name, value) != null) {
        throw new IllegalStateException("server option " + name + " is set already");
      }
      return this;
    }

    /**
     * Sets the image of the server's container, as {@link DatabaseTest#mysqlImage()} does.
     *
     * @throws IllegalStateException if it is set already
     */
    public Builder mysqlImage(String value) {
      this.mysqlImage = SetOnce.value(mysqlImage, value, "mysqlImage");
      return this;
    }

    /**
     * Sets whether the provider reads its login from a {@link FakeSecretsManager}, as {@link
     * DatabaseTest#secretsManager()} does; by default not.
     *
     * @throws IllegalStateException if it is set already
     */
    public Builder secretsManager(boolean value) {
      this.secretsManager = SetOnce.value(secretsManager, value, "secretsManager");
      return this;
    }

    /**
     * Sets whether the provider logs in with IAM tokens, as {@link DatabaseTest#iam()} does; by
     * default not.
     *
     * @throws IllegalStateException if it is set already
     */
    public Builder iam(boolean value) {
      this.iam = SetOnce.value(iam, value, "iam");
      return this;
    }

    /**
     * Sets whether a test fails that leaves something open, as {@link DatabaseTest#leakCheck()}
     * does; by default it does.
     *
     * @throws IllegalStateException if it is set already
     */
    public Builder leakCheck(boolean value) {
      this.leakCheck = SetOnce.value(leakCheck, value, "leakCheck");
      return this;
    }

    /** Returns the extension; the database is made when a test needs it. */
    public DatabaseExtension build() {
      return new DatabaseExtension(
          new DatabaseSettings(
              initializers,
              scripts == null ? List.of() : scripts,
              isolation == null ? Isolation.SCHEMA_PER_CLASS : isolation,
              serverOptions,
              mysqlImage == null ? "" : mysqlImage,
              LoginKind.of(secretsManager != null && secretsManager, iam != null && iam),
              leakCheck == null || leakCheck));
    }
  }
}
