package dev.thaw.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NamesTest {
  private static final List<String> NAMES = List.of("DB_POOL_MAX", "DB_POOL_MIN", "DB_HOST");

  @Test
  void the_nearest_name_has_the_fewest_changes() {
    assertThat(Names.nearest("DB_POOL_MAXI", NAMES)).isEqualTo("DB_POOL_MAX");
    assertThat(Names.nearest("db_hosst", NAMES)).isEqualTo("DB_HOST");
    assertThat(Names.nearest("DB_HOST", NAMES)).isEqualTo("DB_HOST");
  }

  @Test
  void what_is_far_from_each_has_none() {
    assertThat(Names.nearest("PATH", NAMES)).isNull();
    assertThat(Names.nearest("", NAMES)).isNull();
  }
}
