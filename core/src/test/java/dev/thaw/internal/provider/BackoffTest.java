package dev.thaw.internal.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final long[] BOUNDS = {20, 40, 80, 160, 320, 640, 1_000, 1_000, 1_000};

  private static long[] waits() {
    Backoff backoff = new Backoff();
    return LongStream.generate(backoff::nextMillis).limit(BOUNDS.length).toArray();
  }

  @Test
  void waits_within_a_bound_that_doubles_up_to_a_second() {
    for (int i = 0; i < 500; i++) {
      long[] waits = waits();
      for (int n = 0; n < BOUNDS.length; n++) {
        assertThat(waits[n]).isBetween(0L, BOUNDS[n]);
      }
    }
  }

  @Test
  void uses_the_whole_of_each_bound() {
    List<long[]> many = Stream.generate(BackoffTest::waits).limit(500).toList();
    for (int n = 0; n < BOUNDS.length; n++) {
      int wait = n;
      // 500 draws miss a quarter of the range with a probability of 0.75^500, below 10^-62.
      assertThat(many).anyMatch(waits -> waits[wait] <= BOUNDS[wait] / 4);
      assertThat(many).anyMatch(waits -> waits[wait] >= BOUNDS[wait] * 3 / 4);
    }
  }
}
