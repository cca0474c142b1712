package dev.thaw.testing;

import dev.thaw.testing.internal.server.RunningServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The file of a server's certificate authority, written when it is first asked for. */
final class CaFile {
  private final RunningServer server;
  private @Nullable Path file;

  CaFile(RunningServer server) {
    this.server = server;
  }

  synchronized Path get() {
    if (file == null) {
      String certificate =
          server
              .caCertificate()
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "the certificate authority of the server "
                              + server
                              + " is not known: set THAW_TEST_DATABASE=embedded or, without"
                              + " Testcontainers' reuse, docker"));
      try {
        Path written = Files.writeString(Files.createTempFile("thaw-ca-", ".pem"), certificate);
        written.toFile().deleteOnExit();
        file = written;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return file;
  }
}
