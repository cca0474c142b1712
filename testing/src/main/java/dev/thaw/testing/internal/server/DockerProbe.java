package dev.thaw.testing.internal.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/**
 * Finds out within moments, and without a line in the log, whether a Docker engine answers where
 * Testcontainers would look for one.
 *
 * <p>Testcontainers' own detection takes minutes where an engine does not answer or cannot pull.
 * Where it looks: https://java.testcontainers.org/features/configuration/ and its classes {@code
 * UnixSocketClientProviderStrategy}, {@code RootlessDockerClientProviderStrategy} and {@code
 * DockerDesktopClientProviderStrategy}.
 */
final class DockerProbe {
  private static final int TCP_PORT = 2375;

  private final TestSettings settings;

  DockerProbe(TestSettings settings) {
    this.settings = settings;
  }

  /**
   * Looks for an engine.
   *
   * @param silent receives the places where none answers
   */
  Optional<DockerEngine> find(List<String> silent) {
    for (String place : places()) {
      Optional<DockerEngine> engine =
          address(place)
              .map(address -> new DockerEngine(address, place))
              .filter(DockerEngine::answers);
      if (engine.isPresent()) {
        return engine;
      }
      silent.add(place);
    }
    return Optional.empty();
  }

  private Set<String> places() {
    Optional<String> host = settings.environment("DOCKER_HOST");
    if (host.isPresent()) {
      return Set.of(host.get());
    }
    Set<String> places = new LinkedHashSet<>();
    Optional<Path> home = settings.property("user.home").map(Path::of);
    home.map(folder -> folder.resolve(".testcontainers.properties"))
        .map(DockerProbe::load)
        .ifPresent(
            properties -> {
              for (String key : List.of("tc.host", "docker.host")) {
                String value = properties.getProperty(key);
                if (value != null && !value.isBlank()) {
                  places.add(value.trim());
                }
              }
            });
    places.add("unix:///var/run/docker.sock");
    settings
        .environment("XDG_RUNTIME_DIR")
        .ifPresent(folder -> places.add("unix://" + folder + "/docker.sock"));
    home.ifPresent(
        folder -> {
          places.add("unix://" + folder + "/.docker/run/docker.sock");
          places.add("unix://" + folder + "/.docker/desktop/docker.sock");
        });
    return places;
  }

  private static Properties load(Path file) {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      properties.load(in);
    } catch (IOException | IllegalArgumentException e) {
      // No such file, or one that Testcontainers cannot read either: then it says nothing.
      return new Properties();
    }
    return properties;
  }

  private static Optional<SocketAddress> address(String place) {
    try {
      if (place.startsWith("unix://")) {
        Path socket = Path.of(place.substring("unix://".length()));
        return Files.exists(socket)
            ? Optional.of(UnixDomainSocketAddress.of(socket))
            : Optional.empty();
      }
      URI uri = URI.create(place);
      if (uri.getHost() == null || !List.of("tcp", "http", "https").contains(uri.getScheme())) {
        return Optional.empty();
      }
      int port = uri.getPort() < 0 ? TCP_PORT : uri.getPort();
      InetSocketAddress address = new InetSocketAddress(uri.getHost(), port);
      return address.isUnresolved() ? Optional.empty() : Optional.of(address);
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }
}
