package dev.thaw.examples.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Follows the links from page to page, as a reader of the repository at GitHub would. */
class LinksTest {
  // Surefire runs in the module's folder.
  private static final Set<String> BUILT = Set.of("target", "node_modules", ".git");
  private static final Path TOP = Path.of("..", "..").toAbsolutePath().normalize();

  private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^ *```.*?^ *```$");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
  private static final Pattern LINK_IN_HEADING = Pattern.compile("\\[([^\\]]*)\\]\\([^)]*\\)");

  @Test
  void every_link_to_a_file_or_a_heading_leads_there() throws IOException {
    List<Path> pages = pages();
    assertThat(pages).contains(TOP.resolve("README.md"), TOP.resolve(".github/SECURITY.md"));
    for (Path page : pages) {
      assertThat(links(page))
          .as("links of %s", TOP.relativize(page))
          .allMatch(link -> leadsSomewhere(page, link));
    }
  }

  private static boolean leadsSomewhere(Path page, String link) {
    String[] parts = link.split("#", 2);
    Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
    return Files.exists(target) && (parts.length == 1 || headings(target).contains(parts[1]));
  }

  private static List<String> links(Path page) {
    return LINK.matcher(text(page))
        .results()
        .map(result -> result.group(1))
        .filter(link -> !link.matches("[a-z]+:.*"))
        .toList();
  }

  /** The headings of a page as GitHub makes anchors of them. */
  private static Set<String> headings(Path page) {
    return HEADING
        .matcher(text(page))
        .results()
        .map(result -> LINK_IN_HEADING.matcher(result.group(1)).replaceAll("$1"))
        .map(heading -> heading.toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", ""))
        .map(heading -> heading.replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  private static String text(Path page) {
    try {
      return CODE_BLOCK.matcher(Files.readString(page)).replaceAll("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> pages() throws IOException {
    return files().stream().filter(file -> file.toString().endsWith(".md")).toList();
  }

  /** Returns the files of the project, without what other modules build at the same time. */
  static List<Path> files() throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        TOP,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return BUILT.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            found.add(file);
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }
}
