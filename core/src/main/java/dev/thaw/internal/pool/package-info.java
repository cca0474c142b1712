/** The one place that knows HikariCP. */
package dev.thaw.internal.pool;
