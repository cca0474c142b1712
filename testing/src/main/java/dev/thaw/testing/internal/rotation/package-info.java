/** What {@link dev.thaw.testing.SecretRotation} does at the database. */
package dev.thaw.testing.internal.rotation;
