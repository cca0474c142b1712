/** What {@link dev.thaw.testing.aws.SecretRotation} does at the database. */
package dev.thaw.testing.internal.rotation;
