package dev.thaw.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class a schema of its own on a real MySQL or MariaDB server.
 *
 * <pre>{@code
 * @DatabaseTest(schema = "schema.sql")
 * class ListAssetsTest {
 *   @Test
 *   void lists_what_was_inserted(ConnectionProvider db) throws SQLException { … }
 * }
 * }</pre>
 *
 * <p>What can be injected into tests, lifecycle methods and constructors, {@link DatabaseExtension}
 * says, which takes the same settings in code; which server it is, {@link DatabaseServer} says. The
 * schema and its user are created before the first test of the class and dropped after the last. A
 * {@code @Nested} class shares them unless it has this annotation itself; a subclass has its own.
 *
 * <p>May stand on an annotation of one's own.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(DatabaseExtension.class)
public @interface DatabaseTest {

  /**
   * Returns the SQL scripts that fill the new schema, in this order, run as its user.
   *
   * <p>A name is relative to the package of the test class or of one that it extends or is nested
   * in, or else to the root of the class path; only to the latter if it starts with a slash. A
   * script is UTF-8 text as the {@code mysql} client reads it, {@code DELIMITER} included.
   */
  String[] schema() default {};

  /** Returns what fills the new schema before the scripts, in this order. */
  Class<? extends SchemaInitializer>[] initializers() default {};

  /** Returns what the tests of the class share; by default the schema. */
  Isolation isolation() default Isolation.SCHEMA_PER_CLASS;

  /**
   * Returns system variables that the server is started with, such as {@code max_connections=40};
   * by default none. Classes that want the same ones share a server. An external server takes none.
   */
  String[] serverOptions() default {};

  /**
   * Returns the image of MySQL, such as {@code mysql:8.4}, where the server is a container; by
   * default that of {@code THAW_TEST_MYSQL_IMAGE}, or else {@code mysql:9.7}. Classes that want the
   * same one share a server. Without effect on an external or embedded server; the line in the log
   * says which one it is.
   */
  String mysqlImage() default "";

  /**
   * Returns whether the {@link dev.thaw.ConnectionProvider} reads its login from a {@link
   * dev.thaw.testing.aws.FakeSecretsManager}, which can then be injected, as can the {@link
   * dev.thaw.testing.aws.SecretRotation} of the secret {@code database}; by default not. It takes
   * thaw-secrets on the class path.
   */
  boolean secretsManager() default false;

  /**
   * Returns whether the {@link dev.thaw.ConnectionProvider} logs in with IAM tokens instead of a
   * password, to a {@link dev.thaw.testing.aws.FakeIamServer} in front of the server, which can
   * then be injected; by default not. The provider verifies the front's certificate, and its clocks
   * are those of the tokens, too. It takes thaw-secrets on the class path.
   */
  boolean iam() default false;

  /**
   * Returns whether a test fails that leaves a connection of its {@link
   * dev.thaw.ConnectionProvider} or {@link javax.sql.DataSource} open, closes it within a
   * transaction, or leaves its {@link java.sql.Connection} within one; by default it does.
   */
  boolean leakCheck() default true;
}
