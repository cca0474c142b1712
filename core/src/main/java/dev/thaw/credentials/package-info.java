/** Where a {@link dev.thaw.ConnectionProvider} gets the user name and password of a login from. */
package dev.thaw.credentials;
