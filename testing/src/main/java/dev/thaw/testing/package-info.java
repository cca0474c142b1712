/**
 * A JUnit extension that runs tests on real MySQL and MariaDB servers, with the simulators to break
 * them.
 */
package dev.thaw.testing;
