package dev.thaw.testing.internal.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses where the database server comes from: the one that {@code THAW_TEST_DATABASE} forces, or
 * the first that can be had of an external server, Docker and the embedded one.
 */
public final class ServerSelection {
  private static final Logger LOG = LoggerFactory.getLogger("dev.thaw.testing.DatabaseServer");

  private final TestSettings settings;
  private final List<ServerSource> sources;

  ServerSelection(TestSettings settings, List<ServerSource> sources) {
    this.settings = settings;
    this.sources = sources;
  }

  /** Returns the selection among the three kinds of servers. */
  public static ServerSelection of(TestSettings settings) {
    return new ServerSelection(
        settings,
        List.of(
            new ExternalServer(settings),
            new DockerServer(settings),
            new EmbeddedServer(settings)));
  }

  /**
   * Chooses a server, starts it, and says in one line of the log which it is and why.
   *
   * @throws IllegalStateException if there is none; the message says what to do
   */
  public RunningServer start(ServerOptions options) {
    Optional<String> forced = settings.get(TestSettings.DATABASE);
    return forced.isPresent() ? startForced(forced.get(), options) : startFirst(options);
  }

  /**
   * Starts a server of one kind.
   *
   * @throws IllegalStateException if it is not there; the message says what to do
   */
  public RunningServer start(ServerKind kind, ServerOptions options) {
    return start(source(kind.settingValue()), "asked for", options);
  }

  private RunningServer startForced(String value, ServerOptions options) {
    return start(source(value), TestSettings.DATABASE + " is " + value, options);
  }

  private ServerSource source(String value) {
    return sources.stream()
        .filter(source -> source.kind().settingValue().equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    TestSettings.DATABASE
                        + " is \""
                        + value
                        + "\", allowed are external, docker and embedded"));
  }

  private RunningServer start(ServerSource source, String why, ServerOptions options) {
    Optional<ServerSource.Obstacle> obstacle = source.obstacle(options);
    if (obstacle.isPresent() && obstacle.get().absolute()) {
      throw new IllegalStateException(
          why + ", but " + obstacle.get().reason() + ". " + obstacle.get().cure());
    }
    return started(source, why, options);
  }

  private RunningServer startFirst(ServerOptions options) {
    List<String> reasons = new ArrayList<>();
    List<String> cures = new ArrayList<>();
    Map<ServerSource, String> lastResorts = new LinkedHashMap<>();
    for (ServerSource source : sources) {
      Optional<ServerSource.Obstacle> obstacle = source.obstacle(options);
      if (obstacle.isEmpty()) {
        try {
          return started(source, why(reasons, source), options);
        } catch (IllegalStateException e) {
          if (source.kind() == ServerKind.EXTERNAL) {
            // It was set up for these tests; another server would hide that it fails.
            throw e;
          }
          LOG.debug("No {} server", source.kind().settingValue(), e);
          reasons.add(String.valueOf(e.getMessage()));
        }
      } else {
        reasons.add(obstacle.get().reason());
        cures.add(source.kind().settingValue() + ": " + obstacle.get().cure());
        if (!obstacle.get().absolute()) {
          lastResorts.put(source, obstacle.get().reason());
        }
      }
    }
    for (ServerSource source : lastResorts.keySet()) {
      try {
        return started(source, String.join("; ", reasons), options);
      } catch (IllegalStateException e) {
        reasons.add(String.valueOf(e.getMessage()));
      }
    }
    throw new IllegalStateException(
        "no database server for the tests: "
            + String.join("; ", reasons)
            + ". Do one of these:\n- "
            + String.join("\n- ", cures));
  }

  private static String why(List<String> reasons, ServerSource source) {
    if (!reasons.isEmpty()) {
      return String.join("; ", reasons);
    }
    return source.kind() == ServerKind.EXTERNAL ? TestSettings.JDBC_URL + " is set" : "it is there";
  }

  private static RunningServer started(ServerSource source, String why, ServerOptions options) {
    long begin = System.nanoTime();
    RunningServer server = source.start(options);
    LOG.info(
        "Test database: {} server, {}, ready after {} ms ({})",
        source.kind().settingValue(),
        server,
        (System.nanoTime() - begin) / 1_000_000,
        why);
    return server;
  }
}
