package dev.thaw.testing;

import dev.thaw.ConnectionProvider;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.SslMode;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.testing.aws.FakeIamServer;
import dev.thaw.testing.aws.FakeSecretsManager;
import dev.thaw.testing.aws.SecretRotation;
import dev.thaw.testing.fault.EnvironmentFreeze;
import dev.thaw.testing.fault.FaultProxy;
import dev.thaw.testing.fault.MovableClock;
import dev.thaw.testing.internal.connection.RollbackProvider;
import dev.thaw.testing.internal.connection.TrackedProvider;
import dev.thaw.testing.internal.connection.TrackedProvider.Leak;
import dev.thaw.testing.internal.junit.ContextStore;
import dev.thaw.testing.internal.junit.FunctionEnvironment;
import dev.thaw.testing.internal.sql.SqlScript;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * The database as one test or one class sees it. JUnit's store owns what is made, and closes it in
 * the reverse order when its context ends: connections, provider, schema.
 */
final class TestDatabase {
  private static final Namespace NAMESPACE = Namespace.create(DatabaseExtension.class);
  private static final int POOL_NAME_LENGTH = 64;

  private final ExtensionContext context;
  private final DatabaseSettings settings;

  /** What the schema belongs to: contexts with the same owner share one. */
  private final Object owner;

  private TestDatabase(ExtensionContext context, DatabaseSettings settings, Object owner) {
    this.context = context;
    this.settings = settings;
    this.owner = owner;
  }

  /**
   * Returns the database of a context.
   *
   * @param extension the extension that asks
   * @param registered its settings; those of {@link DatabaseTest} if it has none
   */
  static TestDatabase of(
      ExtensionContext context,
      DatabaseExtension extension,
      @Nullable DatabaseSettings registered) {
    Class<?> testClass = context.getRequiredTestClass();
    WrongUse.check(testClass);
    TestDatabase database =
        registered == null
            ? ofAnnotation(context, testClass)
            : new TestDatabase(context, registered, extension);
    FunctionEnvironment.offer(context, inner -> database.in(inner).environment());
    return database;
  }

  /** Returns this database as a test or class within its context sees it. */
  private TestDatabase in(ExtensionContext inner) {
    return new TestDatabase(inner, settings, owner);
  }

  private static TestDatabase ofAnnotation(ExtensionContext context, Class<?> testClass) {
    Class<?> outermost = testClass;
    for (Class<?> type = testClass; type != null; type = type.getEnclosingClass()) {
      var annotation = AnnotationSupport.findAnnotation(type, DatabaseTest.class);
      if (annotation.isPresent()) {
        return new TestDatabase(context, DatabaseSettings.of(annotation.get()), type);
      }
      outermost = type;
    }
    return new TestDatabase(context, DatabaseSettings.DEFAULT, outermost);
  }

  /** Makes the schema, unless each test has its own and this is no test. */
  void prepare() throws Exception {
    if (isTest() || settings.isolation() != Isolation.SCHEMA_PER_TEST) {
      schema();
    }
  }

  private boolean isTest() {
    return context.getTestMethod().isPresent();
  }

  private boolean rollsBack() {
    return isTest() && settings.isolation() == Isolation.ROLLBACK;
  }

  private ContextStore store() {
    return ContextStore.of(context, NAMESPACE);
  }

  /**
   * Returns the server.
   *
   * @throws ExtensionConfigurationException if there is none; the message says what to do
   */
  DatabaseServer server() {
    try {
      return DatabaseServer.shared(settings.serverOptions(), settings.mysqlImage());
    } catch (IllegalStateException e) {
      throw new ExtensionConfigurationException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Returns what the store has under a key, and makes it if there is nothing. */
  private <T> T stored(Key key, Class<T> type, Callable<T> making) throws Exception {
    return stored(key, type, making, made -> {});
  }

  /**
   * Returns what the store has under a key, and makes it if there is nothing.
   *
   * @param preparing what is to be done then; if that fails, the store closes what was made
   */
  private <T> T stored(Key key, Class<T> type, Callable<T> making, Preparing<T> preparing)
      throws Exception {
    T present = store().get(key, type);
    if (present != null) {
      return present;
    }
    T made = making.call();
    store().put(key, made);
    preparing.prepare(made);
    return made;
  }

  /** What follows the making of something. */
  @FunctionalInterface
  private interface Preparing<T> {
    void prepare(T made) throws Exception;
  }

  /** Returns the schema, which an outer context may have made already. */
  TestSchema schema() throws Exception {
    return stored(new Key(owner, "schema"), TestSchema.class, this::createSchema, this::fill);
  }

  private TestSchema createSchema() throws SQLException {
    if (!isTest() && settings.isolation() == Isolation.SCHEMA_PER_TEST) {
      throw new ExtensionConfigurationException(
          "with Isolation.SCHEMA_PER_TEST there is no database before the first test: use"
              + " @BeforeEach instead of @BeforeAll, and one instance per test");
    }
    return server().createSchema();
  }

  private void fill(TestSchema schema) throws Exception {
    Class<?> testClass = context.getRequiredTestClass();
    for (SchemaInitializer initializer : settings.initializers()) {
      initializer.initialize(schema);
    }
    try (Connection connection = schema.connect()) {
      for (String script : settings.scripts()) {
        SqlScript.load(script, testClass).run(connection);
      }
    } catch (IllegalArgumentException e) {
      throw new ExtensionConfigurationException(
          "the schema of class " + testClass.getName() + " cannot be made: " + e.getMessage(), e);
    }
  }

  /** Returns the pool of this very context. */
  ConnectionProvider provider() throws Exception {
    return trackedProvider();
  }

  private TrackedProvider trackedProvider() throws Exception {
    return stored(
        providerKey(),
        TrackedProvider.class,
        () ->
            rollsBack()
                ? new TrackedProvider(new RollbackProvider(pool()), false)
                : new TrackedProvider(pool(), true));
  }

  private ConnectionProvider pool() throws Exception {
    MovableClock clock = clock();
    PooledConnectionProvider.Builder builder =
        PooledConnectionProvider.builder()
            .name(poolName())
            .credentials(route())
            .wallClock(clock)
            .nanoClock(clock::nanoTime);
    if (settings.login() == LoginKind.IAM) {
      builder.sslCa(iamServer().caCertificate());
    } else {
      // Its server is started here, and may be on another machine.
      builder.sslMode(SslMode.PREFERRED);
    }
    return builder.build();
  }

  /** Returns the way of this very context's pool to the server. */
  private TestRoute route() throws Exception {
    boolean iam = settings.login() == LoginKind.IAM;
    return stored(
        ownKey("route"),
        TestRoute.class,
        () ->
            new TestRoute(
                source(),
                iam ? iamServer().host() : server().host(),
                iam ? iamServer().port() : server().port()));
  }

  private CredentialsSource source() throws Exception {
    if (settings.login() == LoginKind.PASSWORD) {
      DatabaseCredentials login = schema().credentials();
      return deadline -> login;
    }
    if (settings.login() == LoginKind.IAM) {
      String user = schema().credentials().username();
      return IamWiring.to(iamServer(), user, schema().name(), clock());
    }
    SecretsWiring wiring = SecretsWiring.to(secretsManager(), DatabaseExtension.SECRET);
    store().put(new Object(), wiring);
    return wiring.source();
  }

  /** Returns the proxy through which this very context's pool connects from now on. */
  FaultProxy proxy() throws Exception {
    return stored(
        ownKey("proxy"),
        FaultProxy.class,
        () ->
            settings.login() == LoginKind.IAM
                ? FaultProxy.to(iamServer().host(), iamServer().port())
                : FaultProxy.to(server().host(), server().port()),
        made -> route().through(made));
  }

  /** Returns the clock of this very context's pool, which runs on. */
  MovableClock clock() throws Exception {
    return stored(ownKey("clock"), MovableClock.class, MovableClock::running);
  }

  EnvironmentFreeze freeze() throws Exception {
    return new EnvironmentFreeze(clock());
  }

  /** Returns the fake with the secret of the schema's user, which lives as long as the schema. */
  FakeSecretsManager secretsManager() throws Exception {
    if (settings.login() != LoginKind.SECRETS_MANAGER) {
      throw new ExtensionConfigurationException(
          "there is no Secrets Manager: set @DatabaseTest(secretsManager = true)");
    }
    TestSchema schema = schema();
    return stored(
        new Key(owner, "secrets manager"),
        FakeSecretsManager.class,
        () -> FakeSecretsManager.start(server()),
        made -> made.createSecret(DatabaseExtension.SECRET, schema.credentials()));
  }

  /** Returns the front that asks this very context's pool for tokens, which judges by its clock. */
  FakeIamServer iamServer() throws Exception {
    if (settings.login() != LoginKind.IAM) {
      throw new ExtensionConfigurationException(
          "there is no IAM authentication: set @DatabaseTest(iam = true)");
    }
    TestSchema schema = schema();
    return stored(
        ownKey("iam server"),
        FakeIamServer.class,
        () -> FakeIamServer.start(server(), clock()),
        made -> made.allow(schema.credentials()));
  }

  /** Returns the variables that lead a function to the schema. */
  Map<String, String> environment() throws Exception {
    if (settings.login() == LoginKind.PASSWORD) {
      return schema().environment();
    }
    if (settings.login() == LoginKind.IAM) {
      Map<String, String> variables = new HashMap<>(iamServer().environment());
      variables.put("DB_USER", schema().credentials().username());
      variables.put("DB_NAME", schema().name());
      return variables;
    }
    Map<String, String> variables = new HashMap<>(secretsManager().environment());
    variables.put("DB_SECRET_NAME", DatabaseExtension.SECRET);
    return variables;
  }

  /** Returns the rotation of the secret of the schema's user. */
  SecretRotation rotation() throws Exception {
    return stored(
        new Key(owner, "rotation"),
        SecretRotation.class,
        () -> SecretRotation.singleUser(secretsManager(), DatabaseExtension.SECRET, server()));
  }

  private @Nullable TrackedProvider presentProvider() {
    return store().get(providerKey(), TrackedProvider.class);
  }

  private Key providerKey() {
    return ownKey("provider");
  }

  /** Returns the key of what this very context has for itself. */
  private Key ownKey(String what) {
    return new Key(owner, what + " of " + context.getUniqueId());
  }

  /** A pool's name takes letters, digits and a few signs, up to 64. */
  private String poolName() {
    String name = context.getRequiredTestClass().getSimpleName().replaceAll("[^A-Za-z0-9_.-]", "-");
    return name.substring(0, Math.min(name.length(), POOL_NAME_LENGTH));
  }

  DataSource dataSource() throws Exception {
    return provider().asDataSource();
  }

  Connection connection() throws Exception {
    Connection connection = trackedProvider().lend();
    store().put(new Object(), connection);
    return connection;
  }

  /**
   * Checks that what was taken in this context has been given back, and rolls back what is to be
   * rolled back; what the store closes later fails with a less readable message.
   *
   * @throws AssertionError if something has not; its suppressed exceptions say where it was taken
   * @throws IllegalStateException if the test cannot be rolled back
   */
  void finish() throws SQLException {
    TrackedProvider provider = presentProvider();
    if (provider == null) {
      return;
    }
    if (hasTimedOut()) {
      // A rollback and a connection's own close would wait for a statement that JUnit's timeout has
      // left running. The server rolls back by itself what is open when the session ends.
      provider.closeAtOnce();
    }
    if (settings.leakCheck()) {
      checkLeaks(provider);
    }
    if (rollsBack()) {
      provider.close();
    }
  }

  /** Returns whether the test has run into JUnit's timeout. */
  private boolean hasTimedOut() {
    return context.getExecutionException().filter(TimeoutException.class::isInstance).isPresent();
  }

  private void checkLeaks(TrackedProvider provider) throws SQLException {
    List<Leak> leaks = provider.takeLeaks();
    if (!leaks.isEmpty()) {
      AssertionError failure =
          new AssertionError(
              context.getDisplayName()
                  + " has left open what it should close (leakCheck = false allows it): "
                  + String.join("; ", leaks.stream().map(Leak::getMessage).toList()));
      leaks.forEach(failure::addSuppressed);
      throw failure;
    }
  }

  /**
   * A key of the store.
   *
   * @param owner what the value belongs to
   * @param what what the value is
   */
  private record Key(Object owner, String what) {}
}
