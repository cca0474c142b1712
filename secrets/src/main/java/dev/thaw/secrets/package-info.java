/**
 * Credential sources: environment variables, AWS Secrets Manager, and combinations of them.
 *
 * @since 0.1.0
 */
package dev.thaw.secrets;
