package dev.thaw.internal.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DriverClassesTest {

  @Test
  void the_driver_that_comes_with_this_has_all_of_them() {
    assertThat(DriverClasses.names())
        .hasSizeGreaterThan(100)
        .allSatisfy(
            name ->
                assertThatCode(
                        () -> Class.forName(name, false, DriverClasses.class.getClassLoader()))
                    .doesNotThrowAnyException());
  }

  @Test
  void loading_stops_when_it_is_told_to() {
    AtomicInteger asked = new AtomicInteger();
    DriverClasses.loadForQuery(() -> asked.incrementAndGet() >= 3);
    // Three times before a class, then once before each of the two things that follow.
    assertThat(asked).hasValue(5);
  }
}
