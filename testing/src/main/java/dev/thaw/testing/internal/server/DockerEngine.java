package dev.thaw.testing.internal.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

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

  private static final Pattern HTTP = Pattern.compile("HTTP/1\\.[01] \\d{3}");

  /** The status and the beginning of a short body; the rest of a long one is not read. */
  private static final int ENOUGH = 4096;

  boolean answers() {
    try {
      // Any answer will do: an engine behind TLS answers a plain request with 400.
      return get("/_ping", TIMEOUT).status() > 0;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Returns whether the engine says that it has not got an image. Not knowing is no. */
  boolean lacks(String image) {
    try {
      return get("/images/" + image + "/json", TIMEOUT).status() == 404;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns whether the engine says that it has no image of a repository, whatever its tag. */
  boolean lacksEveryTagOf(String repository) {
    String filters = URLEncoder.encode("{\"reference\":[\"" + repository + "\"]}", UTF_8);
    try {
      Response images = get("/images/json?filters=" + filters, TIMEOUT);
      return images.status() == 200 && images.body().equals("[]");
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns what the engine says if it cannot ask an image's registry; a refusal is not meant. */
  Optional<String> registryFailure(String image) {
    try {
      Response answer = get("/distribution/" + image + "/json", REGISTRY_TIMEOUT);
      return answer.status() >= 500 ? Optional.of(answer.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private record Response(int status, String body) {}

  /**
   * Sends a GET request, also over a Unix domain socket, which {@code java.net.http} cannot use.
   *
   * @param timeout bounds connecting, sending and reading together
   * @throws IOException if there is no answer in time, or one that is not HTTP
   */
  private Response get(String path, Duration timeout) throws IOException {
    try (SocketChannel channel =
        address instanceof UnixDomainSocketAddress
            ? SocketChannel.open(StandardProtocolFamily.UNIX)
            : SocketChannel.open()) {
      CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS)
          .execute(() -> close(channel));
      channel.connect(address);
      channel.write(US_ASCII.encode("GET " + path + " HTTP/1.0\r\nHost: docker\r\n\r\n"));
      String text = new String(Channels.newInputStream(channel).readNBytes(ENOUGH), UTF_8);
      if (!HTTP.matcher(text).lookingAt()) {
        throw new IOException("no HTTP answer from " + address);
      }
      int body = text.indexOf("\r\n\r\n");
      return new Response(
          Integer.parseInt(text.substring(9, 12)), body < 0 ? "" : text.substring(body).strip());
    } catch (ClosedChannelException e) {
      throw new SocketTimeoutException("no answer in time");
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // The waiting thread gets the failure.
    }
  }
}
