package dev.thaw.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Runs test classes in an engine of their own. */
public final class EngineRun {
  private final EngineExecutionResults results;

  private EngineRun(EngineExecutionResults results) {
    this.results = results;
  }

  /** Runs these classes. */
  public static EngineRun of(Class<?>... testClasses) {
    return with(Map.of(), testClasses);
  }

  /** Runs one test. */
  public static EngineRun ofTest(Class<?> testClass, String method, Class<?>... parameters) {
    return new EngineRun(
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectMethod(testClass, method, parameters))
            .execute());
  }

  private static EngineRun with(Map<String, String> configuration, Class<?>... testClasses) {
    EngineTestKit.Builder engine =
        EngineTestKit.engine("junit-jupiter").configurationParameters(configuration);
    for (Class<?> testClass : testClasses) {
      engine.selectors(selectClass(testClass));
    }
    return new EngineRun(engine.execute());
  }

  /** Runs these classes, and the tests in them, side by side. */
  public static EngineRun inParallel(Class<?>... testClasses) {
    return with(
        Map.of(
            "junit.jupiter.execution.parallel.enabled", "true",
            "junit.jupiter.execution.parallel.mode.default", "concurrent",
            "junit.jupiter.execution.parallel.mode.classes.default", "concurrent",
            "junit.jupiter.execution.parallel.config.strategy", "fixed",
            // More threads than tests: one that waits for the tests of a class runs none itself.
            "junit.jupiter.execution.parallel.config.fixed.parallelism", "8",
            "junit.jupiter.execution.parallel.config.fixed.max-pool-size", "16"),
        testClasses);
  }

  /** Returns how many tests were successful; throws the first failure of a test or a class. */
  public long succeeded() throws Throwable {
    for (Throwable failure : failures()) {
      throw failure;
    }
    return results.testEvents().succeeded().count();
  }

  /** Returns what the one test or class failed with that did. */
  public Throwable failure() {
    List<Throwable> failures = failures();
    assertThat(failures).hasSize(1);
    return failures.get(0);
  }

  /** Returns what tests and classes failed with. */
  public List<Throwable> failures() {
    return results.allEvents().finished().failed().stream()
        .map(Event::getPayload)
        .flatMap(Optional::stream)
        .map(TestExecutionResult.class::cast)
        .flatMap(result -> result.getThrowable().stream())
        .toList();
  }
}
