package dev.thaw.testing.internal.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** MySQL in a container, where a Docker engine answers and Testcontainers is on the class path. */
final class DockerServer implements ServerSource {
  /** The release of MySQL that is meant for long use; the tests of Thaw itself run on it. */
  private static final String DEFAULT_IMAGE = "mysql:9.7";

  // https://github.com/distribution/reference: host, path, tag and digest are of these characters.
  private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/:@-]*");

  /** The container that removes the others when the JVM has gone. */
  private static final String CLEANER_REPOSITORY = "testcontainers/ryuk";

  // https://java.testcontainers.org/features/configuration/#disabling-ryuk
  private static final String CLEANER_DISABLED = "TESTCONTAINERS_RYUK_DISABLED";

  private final TestSettings settings;
  private final DockerProbe probe;

  DockerServer(TestSettings settings) {
    this.settings = settings;
    this.probe = new DockerProbe(settings);
  }

  @Override
  public ServerKind kind() {
    return ServerKind.DOCKER;
  }

  @Override
  public Optional<Obstacle> obstacle(ServerOptions options) {
    Optional<Obstacle> unusable = Testcontainers.obstacle(DockerServer.class.getClassLoader());
    if (unusable.isPresent()) {
      return unusable;
    }
    List<String> silent = new ArrayList<>();
    Optional<DockerEngine> engine = probe.find(silent);
    if (engine.isEmpty()) {
      return Optional.of(
          new Obstacle(
              "no Docker engine answers at " + String.join(", ", silent),
              "Start Docker, or set DOCKER_HOST to where it listens.",
              true));
    }
    return missingImage(engine.get(), image(options))
        .map(
            image ->
                new Obstacle(
                    "the Docker engine at " + engine.get().place() + " has no image " + image,
                    cure(image),
                    false));
  }

  @Override
  public RunningServer start(ServerOptions options) {
    probe.find(new ArrayList<>()).ifPresent(engine -> requireImages(engine, image(options)));
    return MySqlContainer.start(image(options), options);
  }

  /** Fails at once where Testcontainers would try to pull for minutes. */
  private void requireImages(DockerEngine engine, String wanted) {
    Optional<String> missing = missingImage(engine, wanted);
    Optional<String> failure = missing.flatMap(engine::registryFailure);
    if (failure.isPresent()) {
      throw new IllegalStateException(
          "the Docker engine at "
              + engine.place()
              + " has no image "
              + missing.get()
              + " and cannot pull it: "
              + failure.get()
              + ". "
              + cure(missing.get()));
    }
  }

  /** Returns an image that would have to be pulled first. */
  private Optional<String> missingImage(DockerEngine engine, String wanted) {
    String image = MySqlContainer.resolve(wanted);
    if (engine.lacks(image)) {
      return Optional.of(image);
    }
    boolean disabled = settings.environment(CLEANER_DISABLED).filter("true"::equals).isPresent();
    String cleaner = MySqlContainer.resolve(CLEANER_REPOSITORY).replaceFirst(":[^/:]*$", "");
    return disabled || !engine.lacksEveryTagOf(cleaner) ? Optional.empty() : Optional.of(cleaner);
  }

  private static String cure(String image) {
    return "Run docker pull "
        + image
        + ", or set "
        + (image.endsWith(CLEANER_REPOSITORY)
            ? CLEANER_DISABLED + "=true."
            : TestSettings.MYSQL_IMAGE + " to an image that the engine has.");
  }

  private String image(ServerOptions options) {
    boolean own = !options.image().isEmpty();
    String image = own ? options.image() : fromEnvironment();
    if (!IMAGE.matcher(image).matches()) {
      throw new IllegalStateException(
          (own ? "mysqlImage" : TestSettings.MYSQL_IMAGE)
              + " is \""
              + image
              + "\", allowed are names of images such as "
              + DEFAULT_IMAGE);
    }
    return image;
  }

  private String fromEnvironment() {
    return settings.get(TestSettings.MYSQL_IMAGE).orElse(DEFAULT_IMAGE);
  }
}
