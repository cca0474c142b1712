/**
 * Where a {@link dev.thaw.ConnectionProvider} gets the user name and password of a login from.
 *
 * @since 0.1.0
 */
package dev.thaw.credentials;
