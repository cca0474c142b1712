package dev.thaw.testing;

import dev.thaw.ConnectionProvider;
import dev.thaw.testing.internal.sql.SqlScript;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
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
    if (registered != null) {
      return new TestDatabase(context, registered, extension);
    }
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

  /** Returns the schema, which an outer context may have made already. */
  TestSchema schema() throws SQLException {
    Store store = context.getStore(NAMESPACE);
    Key key = new Key(owner, "schema");
    TestSchema present = store.get(key, TestSchema.class);
    if (present != null) {
      return present;
    }
    TestSchema schema = DatabaseServer.shared().createSchema();
    store.put(key, schema);
    fill(schema);
    return schema;
  }

  private void fill(TestSchema schema) throws SQLException {
    Class<?> testClass = context.getRequiredTestClass();
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
  ConnectionProvider provider() throws SQLException {
    Store store = context.getStore(NAMESPACE);
    Key key = new Key(owner, "provider of " + context.getUniqueId());
    ConnectionProvider present = store.get(key, ConnectionProvider.class);
    if (present != null) {
      return present;
    }
    ConnectionProvider provider = schema().provider().name(poolName()).build();
    store.put(key, provider);
    return provider;
  }

  /** A pool's name takes letters, digits and a few signs, up to 64. */
  private String poolName() {
    String name = context.getRequiredTestClass().getSimpleName().replaceAll("[^A-Za-z0-9_.-]", "-");
    return name.substring(0, Math.min(name.length(), POOL_NAME_LENGTH));
  }

  DataSource dataSource() throws SQLException {
    return provider().asDataSource();
  }

  Connection connection() throws SQLException {
    Connection connection = provider().get();
    context.getStore(NAMESPACE).put(new Object(), connection);
    return connection;
  }

  /**
   * A key of the store.
   *
   * @param owner what the value belongs to
   * @param what what the value is
   */
  private record Key(Object owner, String what) {}
}
