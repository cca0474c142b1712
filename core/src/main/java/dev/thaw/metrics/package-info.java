/**
 * Metrics of a connection provider: for Micrometer, and in the log for CloudWatch.
 *
 * @since 0.1.0
 */
package dev.thaw.metrics;
