/**
 * A JUnit extension that runs tests on real MySQL and MariaDB servers, with the simulators to break
 * them.
 *
 * @since 0.1.0
 */
package dev.thaw.testing;
