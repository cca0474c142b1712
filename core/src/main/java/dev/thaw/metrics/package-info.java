/** Metrics of a connection provider: for Micrometer, and in the log for CloudWatch. */
package dev.thaw.metrics;
