package dev.thaw.testing;

/** How the tests of a class are kept from seeing what the others have written. */
public enum Isolation {
  /** They are not: the class has one schema. Tests may still run in parallel. */
  SCHEMA_PER_CLASS,

  /** Each test has a schema of its own, filled anew. */
  SCHEMA_PER_TEST,

  /**
   * The class has one schema, and what a test writes is rolled back at its end.
   *
   * <p>All connections of a test share one session at the server and one transaction in it; what
   * the code under test takes for a transaction is a savepoint. So code that relies on locks
   * between its connections needs another isolation, and so do statements that commit implicitly: a
   * test that has executed one fails. What {@code @BeforeAll} writes stays.
   */
  ROLLBACK
}
