package dev.thaw.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineTest {

  @Test
  void a_line_stays_as_it_is() {
    assertThat(Line.of("Access denied for user 'ä'@'%'  (using password: YES)"))
        .isEqualTo("Access denied for user 'ä'@'%'  (using password: YES)");
    assertThat(Line.of((String) null)).isEmpty();
  }

  @Test
  void what_could_begin_a_line_or_change_its_direction_is_a_space() {
    assertThat(Line.of("\r\na\r\n2026 ERROR\u001b[2J b\u2028c\u202ed\u0085\u0000e\n"))
        .isEqualTo("a 2026 ERROR [2J b c d e");
  }

  @Test
  void its_length_is_bounded() {
    assertThat(Line.of("x".repeat(512))).isEqualTo("x".repeat(512));
    assertThat(Line.of("x".repeat(50_000))).isEqualTo("x".repeat(512) + "…");
    assertThat(Line.of("x\n".repeat(50_000))).hasSize(512).endsWith("x…");
  }

  @Test
  void an_exception_of_one_line_is_the_same_exception() {
    SQLException denied = new SQLException("Access denied", "28000", 1045);
    SQLException lost = new SQLException("Communications link failure\n\nThe last", "08S01", 0);

    assertThat((Throwable) Line.of(denied)).isSameAs(denied);
    assertThat((Throwable) Line.of(lost)).isSameAs(lost);
  }

  @Test
  void an_exception_of_more_lines_is_made_anew_without_its_cause() {
    IOException cause = new IOException("a\nb");
    for (SQLException failure :
        List.of(
            new SQLException("a\nb", "HY000", 1040, cause),
            new SQLRecoverableException("a\nb", "HY000", 1040, cause),
            new SQLTransientConnectionException("a\nb", "HY000", 1040, cause),
            new SQLNonTransientConnectionException("a\nb", "HY000", 1040, cause),
            new SQLInvalidAuthorizationSpecException("a\nb", "HY000", 1040, cause))) {
      SQLException line = Line.of(failure);

      assertThat((Throwable) line).hasMessage("a b").hasNoCause().hasSameClassAs(failure);
      assertThat(line.getSQLState()).isEqualTo("HY000");
      assertThat(line.getErrorCode()).isEqualTo(1040);
      assertThat(line.getStackTrace()).isEqualTo(failure.getStackTrace());
    }
  }
}
