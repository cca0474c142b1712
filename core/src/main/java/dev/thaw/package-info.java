/**
 * MySQL connections that stay right through the life of an AWS Lambda execution environment.
 *
 * @since 0.1.0
 */
package dev.thaw;
