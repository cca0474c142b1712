/** The service behind {@link dev.thaw.testing.aws.FakeSecretsManager}. */
package dev.thaw.testing.internal.secretsmanager;
