package dev.thaw.secrets;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Reads a {@code .env} file. */
final class DotenvFile {
  private static final String NAME = ".env";
  private static final int LARGEST = 1 << 20;

  private DotenvFile() {}

  /** Returns a directory's variables, none if it has no such file; adds to the problems. */
  static Map<String, String> read(Path directory, List<String> problems) {
    Path file = directory.resolve(NAME).toAbsolutePath();
    if (!Files.isRegularFile(file)) {
      return Map.of();
    }
    try {
      if (Files.size(file) > LARGEST) {
        problems.add(file + " has more than " + LARGEST + " bytes, so it is no list of variables");
        return Map.of();
      }
      return DotenvParser.parse(file.toString(), Utf8.text(Files.readAllBytes(file)), problems);
    } catch (CharacterCodingException e) {
      problems.add(file + " is not in UTF-8: save it in that encoding");
    } catch (IOException e) {
      problems.add(file + " cannot be read: " + e.getClass().getSimpleName());
    }
    return Map.of();
  }
}
