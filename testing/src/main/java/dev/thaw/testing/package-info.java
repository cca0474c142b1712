/**
 * A JUnit extension that runs tests on real MySQL and MariaDB servers.
 *
 * <p>Start with {@link dev.thaw.testing.DatabaseTest} on a test class: a test method then asks for
 * what it needs by the type of its parameters, such as a {@link dev.thaw.ConnectionProvider} on a
 * schema of its own. {@link dev.thaw.testing.DatabaseExtension} is the same as a field, {@link
 * dev.thaw.testing.DatabaseServer} a server without JUnit. A connection that a test leaves open
 * fails it.
 *
 * <p>What breaks such a database is in {@link dev.thaw.testing.fault}, what stands in for AWS's
 * services in {@link dev.thaw.testing.aws}, and AWS Lambda around a handler in {@link
 * dev.thaw.testing.lambda}; tests ask for those in the same way. {@link dev.thaw.testing.contract}
 * has tests for implementations of Thaw's interfaces.
 *
 * @since 0.1.0
 */
package dev.thaw.testing;
