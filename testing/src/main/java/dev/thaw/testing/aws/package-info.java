/**
 * Simulators of what surrounds a database on AWS: Secrets Manager, the extension of Lambda that
 * caches its secrets, the rotation of a secret, and IAM authentication.
 *
 * <p>Start with {@code @DatabaseTest(secretsManager = true)} and a parameter {@link
 * dev.thaw.testing.aws.SecretRotation}, whose {@code rotate()} changes the password of the test's
 * user on the real server. Without JUnit, {@link dev.thaw.testing.aws.FakeSecretsManager#start()}
 * returns a server that any AWS client can be pointed to.
 *
 * @since 0.1.0
 */
package dev.thaw.testing.aws;
