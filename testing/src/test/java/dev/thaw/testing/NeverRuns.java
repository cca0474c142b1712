package dev.thaw.testing;

import org.junit.jupiter.api.Test;

/** A class whose test is not reached, as something before it fails. */
abstract class NeverRuns {
  @Test
  void never_runs() {}
}
