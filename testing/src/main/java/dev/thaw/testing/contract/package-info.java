/**
 * Tests that every implementation of Thaw's interfaces has to pass.
 *
 * <p>Start with a test class that implements {@link
 * dev.thaw.testing.contract.CredentialsSourceContract}, or {@link
 * dev.thaw.testing.contract.ConnectionProviderContract}, and says how one is made.
 *
 * @since 0.1.0
 */
package dev.thaw.testing.contract;
