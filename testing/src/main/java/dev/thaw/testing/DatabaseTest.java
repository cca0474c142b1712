package dev.thaw.testing;

/** Gives a test class a database. */
public @interface DatabaseTest {}
