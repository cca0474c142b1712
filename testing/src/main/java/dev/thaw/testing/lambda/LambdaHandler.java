package dev.thaw.testing.lambda;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Says on a parameter of type {@link LambdaFunction} which handler the function runs.
 *
 * <pre>{@code
 * @Test
 * void lists_assets(@LambdaHandler(ListAssets.class) LambdaFunction function) throws Exception { … }
 * }</pre>
 *
 * <p>In a test with a database, the function's environment variables lead to it: {@link
 * dev.thaw.testing.TestSchema#environment()}, or with {@link
 * dev.thaw.testing.DatabaseTest#secretsManager()} the variables of the {@link
 * dev.thaw.testing.aws.FakeSecretsManager} and {@code DB_SECRET_NAME}, or with {@link
 * dev.thaw.testing.DatabaseTest#iam()} those of the {@link dev.thaw.testing.aws.FakeIamServer},
 * {@code DB_USER} and {@code DB_NAME}. It connects to the server itself, past a {@link
 * dev.thaw.testing.fault.FaultProxy} of the test.
 *
 * <p>Every test has a function of its own, which its lifecycle methods share if they ask for it
 * with the same settings; {@code @BeforeAll} and {@code @AfterAll} share another one. It starts no
 * JVM before it is invoked, and is closed after the test or the class. For what cannot be said
 * here, see {@link LambdaFunction#builder(Class)}.
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(LambdaParameters.class)
@SuppressWarnings("exports") // JUnit alone makes the extension
public @interface LambdaHandler {

  /** Returns the class of the handler, with a method {@code handleRequest}. */
  Class<?> value();

  /** Returns the function's timeout in seconds, 1 to 900; by default 30. */
  int timeoutSeconds() default 30;

  /** Returns the function's memory in megabytes, 128 to 10240; by default 512. */
  int memorySize() default 512;

  /** Returns whether its environments are restored from a snapshot; by default not. */
  boolean snapStart() default false;

  /**
   * Returns further environment variables, such as {@code DB_POOL_MAX=1}; they replace those that
   * lead to the database.
   */
  String[] environment() default {};
}
