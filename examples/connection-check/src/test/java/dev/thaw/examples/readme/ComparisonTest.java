package dev.thaw.examples.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  // Surefire runs in the module's folder. That the tests are there is LinksTest's part.
  private static final Path PAGE = Path.of("..", "COMPARISON.md");

  @Test
  void what_thaw_has_leads_to_a_test() throws IOException {
    List<String> ofThaw =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.startsWith("| ") && !line.startsWith("| |"))
            .map(line -> line.split("\\|", -1)[2].strip())
            .toList();
    assertThat(ofThaw).hasSizeGreaterThan(20);
    assertThat(ofThaw)
        .filteredOn(cell -> !cell.equals("no") && !cell.contains("Test.java)"))
        .isEmpty();
  }
}
