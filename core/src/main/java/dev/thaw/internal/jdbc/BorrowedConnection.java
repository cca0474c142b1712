package dev.thaw.internal.jdbc;

/** A connection as its borrower sees it. */
public abstract class BorrowedConnection {}
