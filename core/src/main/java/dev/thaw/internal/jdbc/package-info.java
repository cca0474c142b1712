/**
 * What a borrower of a pooled connection sees: JDBC handles that lead back to the borrowed
 * connection and end with the borrow.
 */
package dev.thaw.internal.jdbc;
