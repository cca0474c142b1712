package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DotenvParserTest {
  private final List<String> problems = new ArrayList<>();

  /** What Node's dotenv 16.6.1, 17.2.3 and 18.0.10 return for the same texts. */
  static Stream<Arguments> texts() {
    return Stream.of(
        Arguments.of("A=b", Map.of("A", "b")),
        Arguments.of("\uFEFFA=b\r\nB=c\rC=d", Map.of("A", "b", "B", "c", "C", "d")),
        Arguments.of("export A=b\n  export\tB = c", Map.of("A", "b", "B", "c")),
        Arguments.of("export=b", Map.of("export", "b")),
        Arguments.of("A: b\nB.c-d: e", Map.of("A", "b", "B.c-d", "e")),
        Arguments.of("A=\nB=''\nC=\"\"\nD= # none", Map.of("A", "", "B", "", "C", "", "D", "")),
        Arguments.of("# A=b\n\n  # B=c\nC=d", Map.of("C", "d")),
        Arguments.of("A=b # c\nB=c#d\nC=#d", Map.of("A", "b", "B", "c", "C", "")),
        Arguments.of("A='b # c' # d\nB=\"#\"\nC=`#`#", Map.of("A", "b # c", "B", "#", "C", "#")),
        Arguments.of("A= b c \nB=' b '\nC=\u00a0b\u00a0", Map.of("A", "b c", "B", " b ", "C", "b")),
        Arguments.of(
            "A='b\nc'\nB=\"b\n\nc\"\nC=`b\nc`", Map.of("A", "b\nc", "B", "b\n\nc", "C", "b\nc")),
        Arguments.of(
            "A=\"a\\nb\\rc\\td\"\nB='a\\nb'\nC=a\\nb\nD=`a\\nb`",
            Map.of("A", "a\nb\rc\\td", "B", "a\\nb", "C", "a\\nb", "D", "a\\nb")),
        Arguments.of("A=\"a\\\"b\"\nB='a\\'b'", Map.of("A", "a\\\"b", "B", "a\\'b")),
        Arguments.of("A='C:\\'\nB='c'", Map.of("A", "C:\\", "B", "c")),
        Arguments.of("A=`it's \"b\"`\nB=\"it's `b`\"", Map.of("A", "it's \"b\"", "B", "it's `b`")),
        Arguments.of("A=\"a\"b\"\nB='it''s'", Map.of("A", "a\"b", "B", "it''s")),
        Arguments.of("A=a\"b'c`d\nB=it's", Map.of("A", "a\"b'c`d", "B", "it's")),
        Arguments.of("A=a=b==\nB={\"a\": \"b\"}", Map.of("A", "a=b==", "B", "{\"a\": \"b\"}")),
        Arguments.of("A=$B\nA=last", Map.of("A", "last")),
        Arguments.of("A=b C=d", Map.of("A", "b C=d")));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void what_nodes_dotenv_takes_is_taken(String text, Map<String, String> values) {
    assertThat(DotenvParser.parse(".env", text, problems)).isEqualTo(values);
    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "B hunter2      | is not NAME=value",
        "export B       | is not NAME=value",
        "=hunter2       | is not NAME=value",
        "B:hunter2      | is not NAME=value",
        "pass word=x    | is not NAME=value",
        "B='hunter2     | opens a quotation mark that is not closed",
        "B=\"hunter2 # x | opens a quotation mark that is not closed",
        "B='a' hunter2  | has text behind a closing quotation mark"
      })
  void any_other_line_is_a_problem_that_does_not_quote_it(String line, String problem) {
    Map<String, String> values = DotenvParser.parse(".env", "A=1\n" + line + "\nC=3", problems);

    assertThat(values).isEqualTo(Map.of("A", "1", "C", "3"));
    assertThat(problems).containsExactly(".env, line 2, " + problem + " (text not shown)");
  }

  @Test
  void a_file_of_many_such_lines_gets_a_few_problems() {
    DotenvParser.parse(".env", "x\n".repeat(100), problems);

    assertThat(problems).hasSize(5);
  }

  @Test
  void long_values_take_no_stack() {
    String value = "'\\".repeat(100_000);

    assertThat(DotenvParser.parse(".env", "A=\"" + value + "\n\"", problems))
        .isEqualTo(Map.of("A", value + "\n"));
  }

  @Test
  void a_file_in_another_encoding_is_named(@TempDir Path directory) throws Exception {
    Files.write(directory.resolve(".env"), "A=b".getBytes(StandardCharsets.UTF_16));

    assertThat(DotenvFile.read(directory, problems)).isEmpty();
    assertThat(problems)
        .containsExactly(directory.resolve(".env") + " is not in UTF-8: save it in that encoding");
  }
}
