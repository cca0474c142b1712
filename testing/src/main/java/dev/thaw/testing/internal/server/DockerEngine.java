package dev.thaw.testing.internal.server;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * A Docker engine that answers, asked through its own API
 * (https://docs.docker.com/reference/api/engine/): Testcontainers would look for a missing image
 * for minutes.
 *
 * @param address where it listens
 * @param place the address as it was given
 */
record DockerEngine(SocketAddress address, String place) {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration REGISTRY_TIMEOUT = Duration.ofSeconds(30);

  boolean answers() {
    try {
      // Any answer will do: an engine behind TLS answers a plain request with 400.
      return HttpProbe.get(address, "/_ping", TIMEOUT).status() > 0;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Returns whether the engine says that it has not got an image. Not knowing is no. */
  boolean lacks(String image) {
    try {
      return HttpProbe.get(address, "/images/" + image + "/json", TIMEOUT).status() == 404;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns whether the engine says that it has no image of a repository, whatever its tag. */
  boolean lacksEveryTagOf(String repository) {
    String filters =
        URLEncoder.encode("{\"reference\":[\"" + repository + "\"]}", StandardCharsets.UTF_8);
    try {
      HttpProbe.Response images =
          HttpProbe.get(address, "/images/json?filters=" + filters, TIMEOUT);
      return images.status() == 200 && images.body().equals("[]");
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns what the engine says if it cannot ask an image's registry; a refusal is not meant. */
  Optional<String> registryFailure(String image) {
    try {
      HttpProbe.Response answer =
          HttpProbe.get(address, "/distribution/" + image + "/json", REGISTRY_TIMEOUT);
      return answer.status() >= 500 ? Optional.of(answer.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
