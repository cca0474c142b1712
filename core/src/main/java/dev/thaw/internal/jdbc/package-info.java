/** What a borrower of a pooled connection sees: JDBC handles that end with the borrow. */
package dev.thaw.internal.jdbc;
