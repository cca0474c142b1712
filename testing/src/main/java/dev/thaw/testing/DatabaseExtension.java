package dev.thaw.testing;

import dev.thaw.ConnectionProvider;
import dev.thaw.PooledConnectionProvider;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
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
 *   <li>{@link TestSchema}: the schema itself, for what has to go past the pool.
 *   <li>{@link DatabaseServer}: the server.
 * </ul>
 *
 * <p>Test classes and methods may run in parallel. Needs JUnit Jupiter 5.13 or later.
 */
public final class DatabaseExtension
    implements BeforeAllCallback, BeforeEachCallback, ParameterResolver {

  private static final Map<Class<?>, Resolver> RESOLVERS =
      Map.of(
          ConnectionProvider.class, TestDatabase::provider,
          DataSource.class, TestDatabase::dataSource,
          Connection.class, TestDatabase::connection,
          TestSchema.class, TestDatabase::schema,
          DatabaseServer.class, database -> DatabaseServer.shared());

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
    Object resolve(TestDatabase database) throws SQLException;
  }

  /** Returns a builder of an extension for a field with {@code @RegisterExtension}. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public void beforeAll(ExtensionContext context) throws SQLException {
    database(context).schema();
  }

  @Override
  public void beforeEach(ExtensionContext context) throws SQLException {
    database(context).schema();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return RESOLVERS.containsKey(type) || type == PooledConnectionProvider.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Resolver resolver = RESOLVERS.get(parameter.getParameter().getType());
    if (resolver == null) {
      throw new ParameterResolutionException(
          describe(parameter)
              + " has the type PooledConnectionProvider: declare it as ConnectionProvider");
    }
    try {
      return resolver.resolve(database(context));
    } catch (SQLException e) {
      throw new ParameterResolutionException(
          describe(parameter) + " cannot be made: " + e.getMessage(), e);
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

  private static String describe(ParameterContext parameter) {
    return "parameter "
        + parameter.getParameter().getName()
        + " of "
        + parameter.getDeclaringExecutable().getDeclaringClass().getSimpleName()
        + "."
        + parameter.getDeclaringExecutable().getName();
  }

  /**
   * A builder of {@link DatabaseExtension} in which each value may be set once.
   *
   * <p>Not safe for use by several threads.
   */
  public static final class Builder {
    private @Nullable List<String> scripts;

    private Builder() {}

    /**
     * Sets the SQL scripts that fill the schema, as {@link DatabaseTest#schema()} does.
     *
     * @throws IllegalStateException if they are set already
     */
    public Builder schema(String... values) {
      if (scripts != null) {
        throw new IllegalStateException("schema is set already");
      }
      this.scripts = List.of(values);
      return this;
    }

    /** Returns the extension; the database is made when a test needs it. */
    public DatabaseExtension build() {
      return new DatabaseExtension(new DatabaseSettings(scripts == null ? List.of() : scripts));
    }
  }
}
