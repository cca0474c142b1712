/** Credential sources: environment variables, AWS Secrets Manager, and combinations of them. */
package dev.thaw.secrets;
