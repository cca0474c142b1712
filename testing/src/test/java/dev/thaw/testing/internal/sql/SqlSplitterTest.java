package dev.thaw.testing.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.testing.internal.sql.SqlScript.SqlStatement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlSplitterTest {

  @Test
  void statements_end_at_semicolons_and_the_last_one_needs_none() {
    assertThat(split("SELECT 1;\n\n  SELECT\n 2 ;SELECT 3"))
        .containsExactly(
            new SqlStatement("SELECT 1", 1),
            new SqlStatement("SELECT\n 2", 3),
            new SqlStatement("SELECT 3", 4));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT ';'",
        "SELECT \";\"",
        "SELECT `;` FROM t",
        "SELECT 'it''s;'",
        "SELECT 'it\\'s;'",
        "SELECT '\\\\', ';'",
        "SELECT `a``;` FROM t",
        "SELECT '`;'",
        "SELECT 1 -- one; two\n + 1",
        "SELECT 1 # one; two\n + 1",
        "SELECT 1 /* one; two */ + 1",
        "SELECT 1 /* it's; */ + 1",
        "SELECT '-- ;'",
        "SELECT '/*;'",
        "SELECT 5--1"
      })
  void quotes_and_comments_hide_the_delimiter(String statement) {
    assertThat(split(statement + ";SELECT 2"))
        .extracting(SqlStatement::text)
        .containsExactly(statement, "SELECT 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n ", ";;", "-- only\n", "# only", "/* only */;", "--\n;", "-- x"})
  void what_has_no_content_is_no_statement(String script) {
    assertThat(split(script)).isEmpty();
  }

  @Test
  void comments_before_a_statement_are_not_part_of_it() {
    assertThat(split("-- about;\n/* more; */\nSELECT 1;"))
        .containsExactly(new SqlStatement("SELECT 1", 3));
  }

  @Test
  void comments_that_the_server_executes_are_statements() {
    assertThat(split("/*!40101 SET @a = 1 */;\n/*M!100100 SET @b = 2 */;"))
        .extracting(SqlStatement::text)
        .containsExactly("/*!40101 SET @a = 1 */", "/*M!100100 SET @b = 2 */");
  }

  @Test
  void the_delimiter_can_be_changed_as_in_the_mysql_client() {
    String script =
        """
        SELECT 1;
        DELIMITER //
        CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW
        BEGIN
          SET NEW.b = 'x//y';
          SET NEW.c = 1;
        END//
        delimiter ;
        SELECT 2;
        """;

    assertThat(split(script))
        .satisfiesExactly(
            first -> assertThat(first.text()).isEqualTo("SELECT 1"),
            trigger -> {
              assertThat(trigger.text()).startsWith("CREATE TRIGGER").endsWith("END");
              assertThat(trigger.line()).isEqualTo(3);
            },
            last -> assertThat(last).isEqualTo(new SqlStatement("SELECT 2", 9)));
  }

  @Test
  void a_column_called_delimiter_is_no_directive() {
    assertThat(split("SELECT\n delimiter FROM t;"))
        .extracting(SqlStatement::text)
        .containsExactly("SELECT\n delimiter FROM t");
  }

  @Test
  void a_byte_order_mark_is_skipped() {
    assertThat(split("\uFEFFSELECT 1")).containsExactly(new SqlStatement("SELECT 1", 1));
  }

  @Test
  void a_quote_or_comment_that_does_not_end_is_an_error_that_names_its_line() {
    assertThatThrownBy(() -> split("SELECT 1;\nSELECT 'a;\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the script test.sql ends within a quote ' that starts in line 2");
    assertThatThrownBy(() -> split("\n\n/* a"))
        .hasMessage("the script test.sql ends within a comment that starts in line 3");
    assertThatThrownBy(() -> split("SELECT 1;\nDELIMITER  \n"))
        .hasMessage("the script test.sql, line 2, has DELIMITER without a value");
  }

  private static List<SqlStatement> split(String script) {
    return SqlSplitter.split("test.sql", script);
  }
}
