/** What a borrower sees: JDBC handles that lead back to the borrowed connection. */
package dev.thaw.internal.jdbc;
