/** The service behind {@link dev.thaw.testing.FakeSecretsManager}. */
package dev.thaw.testing.internal.secretsmanager;
