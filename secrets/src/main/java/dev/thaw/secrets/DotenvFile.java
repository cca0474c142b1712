package dev.thaw.secrets;

import io.github.cdimascio.dotenv.Dotenv;
import io.github.cdimascio.dotenv.DotenvEntry;
import io.github.cdimascio.dotenv.DotenvException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a {@code .env} file with dotenv-java. */
final class DotenvFile {
  private static final String NAME = ".env";

  private DotenvFile() {}

  /** Returns a directory's variables, none if it has no such file; adds to the problems. */
  static Map<String, String> read(Path directory, List<String> problems) {
    Path file = directory.resolve(NAME).toAbsolutePath();
    // Asked first: for a missing file dotenv-java would search the class path.
    if (!Files.isRegularFile(file)) {
      return Map.of();
    }
    try {
      return values(load(file));
    } catch (DotenvException | IndexOutOfBoundsException e) {
      // The text of the exception quotes the line, and the line may hold a password.
      problems.add(problem(file, e));
      return Map.of();
    }
  }

  private static Dotenv load(Path file) {
    // The trailing "/." keeps dotenv-java from cutting ".env" off a directory's own name.
    return Dotenv.configure().directory(file.getParent() + "/.").filename(NAME).load();
  }

  private static Map<String, String> values(Dotenv dotenv) {
    Map<String, String> values = new HashMap<>();
    for (DotenvEntry entry : dotenv.entries(Dotenv.Filter.DECLARED_IN_ENV_FILE)) {
      values.put(entry.getKey(), withoutSingleQuotes(entry.getValue()));
    }
    return values;
  }

  /** Node's dotenv and Docker Compose take single quotes away; dotenv-java 3.2.0 leaves them. */
  private static String withoutSingleQuotes(String value) {
    boolean quoted = value.length() > 1 && value.startsWith("'") && value.endsWith("'");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  private static String problem(Path file, RuntimeException failure) {
    if (failure.getCause() instanceof IOException cause) {
      return file + " cannot be read: " + cause.getClass().getSimpleName();
    }
    return file + lineNumber(file, failure.getMessage()) + " is not NAME=value (text not shown)";
  }

  /** The message ends with the line, so its number can be told without its text. */
  private static String lineNumber(Path file, @Nullable String message) {
    try {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; message != null && i < lines.size(); i++) {
        if (message.equals("Malformed entry " + lines.get(i))
            || message.equals("Malformed entry, unmatched quotes " + lines.get(i))) {
          return ", line " + (i + 1) + ",";
        }
      }
    } catch (IOException e) {
      // It could be read a moment ago; without the number the message still names the file.
      return ", a line";
    }
    return ", a line";
  }
}
