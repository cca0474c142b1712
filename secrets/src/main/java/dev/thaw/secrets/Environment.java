package dev.thaw.secrets;

import dev.thaw.internal.util.LambdaEnvironment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The environment variables of the process and, outside Lambda, those of a {@code .env} file.
 *
 * <p>A variable that is empty counts as not set: templates (AWS SAM, Docker Compose) pass an
 * optional parameter that was not given as an empty text.
 */
final class Environment {
  private final Map<String, String> process;
  private final Map<String, String> file;
  private final List<String> problems;

  private Environment(
      Map<String, String> process, Map<String, String> file, List<String> problems) {
    this.process = process;
    this.file = file;
    this.problems = List.copyOf(problems);
  }

  /** Reads the process's variables and the working directory's {@code .env}. */
  static Environment ofProcess() {
    return of(System.getenv(), Path.of(""));
  }

  /** Reads the given variables and, if they do not tell of Lambda, a directory's {@code .env}. */
  static Environment of(Map<String, String> process, Path directory) {
    List<String> problems = new ArrayList<>();
    Map<String, String> file =
        LambdaEnvironment.isLambda(process) ? Map.of() : DotenvFile.read(directory, problems);
    return new Environment(process, file, problems);
  }

  /** Returns a variable's value, or {@code null} if it is not set or empty. */
  @Nullable String get(String name) {
    String value = getOrEmpty(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /** Returns a variable's value, which may be empty, or {@code null} if it is not set. */
  @Nullable String getOrEmpty(String name) {
    String value = process.get(name);
    return value == null ? file.get(name) : value;
  }

  /** Returns a variable's value if it is one of the process, else {@code null}; also if empty. */
  @Nullable String ofProcess(String name) {
    String value = process.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /** Returns whether a variable has its value from the {@code .env} file. */
  boolean isOfFile(String name) {
    return !process.containsKey(name) && file.containsKey(name);
  }

  /** Returns the names of all variables. */
  Set<String> names() {
    if (file.isEmpty()) {
      return process.keySet();
    }
    Set<String> names = new HashSet<>(process.keySet());
    names.addAll(file.keySet());
    return names;
  }

  /** Returns what is wrong with the {@code .env} file. */
  List<String> problems() {
    return problems;
  }
}
