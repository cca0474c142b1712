/** SQL scripts from the class path. Not API. */
package dev.thaw.testing.internal.sql;
