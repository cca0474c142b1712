package dev.thaw.examples.readme;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the walk through the code says is so. */
class WalkthroughTest {
  private static final Path TOP = Path.of("..", "..");
  private static final Path PAGE = TOP.resolve(".github").resolve("WALKTHROUGH.md");
  private static final Pattern STEP = Pattern.compile("( *)- `(\\w+)\\.(\\w+)` .*");
  private static final Pattern TYPE = Pattern.compile("`([A-Z][a-z]\\w*)`");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.thaw");

  /** A line of the page. */
  private record Step(int indent, String type, String method) {
    @Override
    public String toString() {
      return type + "." + method;
    }
  }

  @Test
  void each_step_exists_and_is_called_by_the_one_above() throws IOException {
    List<String> wrong = new ArrayList<>();
    Deque<Step> above = new ArrayDeque<>();
    int steps = 0;
    for (String line : Files.readAllLines(PAGE)) {
      Matcher matcher = STEP.matcher(line);
      if (!matcher.matches()) {
        continue;
      }
      Step step = new Step(matcher.group(1).length(), matcher.group(2), matcher.group(3));
      while (!above.isEmpty() && above.element().indent() >= step.indent()) {
        above.remove();
      }
      if (!exists(step)) {
        wrong.add(step + " does not exist");
      } else if (!above.isEmpty() && !calls(above.element(), step)) {
        wrong.add(above.element() + " does not call " + step);
      }
      above.push(step);
      steps++;
    }
    assertThat(wrong).isEmpty();
    assertThat(steps).isGreaterThan(20);
  }

  @Test
  void each_class_that_it_names_exists() throws IOException {
    Set<String> sources =
        LinksTest.files().stream()
            .map(file -> file.getFileName().toString())
            .collect(Collectors.toSet());
    assertThat(TYPE.matcher(Files.readString(PAGE)).results().map(type -> type.group(1) + ".java"))
        .isNotEmpty()
        .isSubsetOf(sources);
  }

  private static boolean exists(Step step) {
    return named(step).findAny().isPresent();
  }

  private static Stream<JavaCodeUnit> named(Step step) {
    return CLASSES.stream()
        .filter(type -> type.getSimpleName().equals(step.type()))
        .flatMap(type -> type.getAllMethods().stream())
        .filter(method -> method.getName().equals(step.method()))
        .map(JavaCodeUnit.class::cast);
  }

  /** Returns whether a class calls a method, directly or from a class within it. */
  private static boolean calls(Step caller, Step called) {
    return CLASSES.stream()
        .filter(type -> isWithin(type, caller.type()))
        .flatMap(type -> type.getCodeUnits().stream())
        .flatMap(
            unit ->
                Stream.concat(
                    unit.getMethodCallsFromSelf().stream(),
                    unit.getMethodReferencesFromSelf().stream()))
        .anyMatch(
            access ->
                access.getTarget().getName().equals(called.method())
                    && isOf(access.getTargetOwner(), called.type()));
  }

  private static boolean isWithin(JavaClass type, String name) {
    return type.getSimpleName().equals(name)
        || type.getEnclosingClass().filter(outer -> isWithin(outer, name)).isPresent();
  }

  /** Returns whether a call to a method of the owner may lead to that of the named class. */
  private static boolean isOf(JavaClass owner, String name) {
    return CLASSES.stream()
        .filter(type -> type.getSimpleName().equals(name))
        .anyMatch(type -> type.isAssignableTo(owner.getName()));
  }
}
