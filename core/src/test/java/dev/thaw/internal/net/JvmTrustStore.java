package dev.thaw.internal.net;

import dev.thaw.fixture.TestCertificate;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Replaces the JVM's trust store for a while. */
final class JvmTrustStore {
  private final Map<String, String> former = new HashMap<>();

  private JvmTrustStore() {}

  /** What is done meanwhile. */
  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }

  static void trusting(Path directory, TestCertificate trusted, Action action) throws Exception {
    // The JDK keeps what it has read of a file.
    Path file = directory.resolve(UUID.randomUUID() + ".p12");
    trusted.writeTrustStore(file);
    JvmTrustStore store = new JvmTrustStore();
    store.set("javax.net.ssl.trustStore", file.toString());
    store.set("javax.net.ssl.trustStoreType", "PKCS12");
    store.set("javax.net.ssl.trustStorePassword", "changeit");
    try {
      action.run();
    } finally {
      store.restore();
    }
  }

  private void set(String property, String value) {
    former.put(property, System.setProperty(property, value));
  }

  private void restore() {
    former.forEach(
        (property, value) -> {
          if (value == null) {
            System.clearProperty(property);
          } else {
            System.setProperty(property, value);
          }
        });
  }
}
