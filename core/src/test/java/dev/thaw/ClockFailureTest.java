package dev.thaw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.fixture.Background;
import dev.thaw.fixture.ScriptedServer;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A clock of the application's that throws an exception, whichever of its calls that is. */
class ClockFailureTest {
  private static final int NEVER = Integer.MAX_VALUE;

  private final AtomicInteger calls = new AtomicInteger(NEVER);
  @AutoClose private ScriptedServer server;

  @BeforeEach
  void start() throws IOException {
    server = ScriptedServer.start();
  }

  private static Deadline soon() {
    return Deadline.after(Background.LONG);
  }

  private void tick() {
    if (calls.decrementAndGet() == 0) {
      throw new IllegalStateException("clock");
    }
  }

  private PooledConnectionProvider provider() {
    return PooledConnectionProvider.builder()
        .host("127.0.0.1")
        .port(server.port())
        .credentials("app", "s3cret")
        .sslMode(SslMode.DISABLED)
        .maxSize(1)
        .listener(new ConnectionListener() {})
        .wallClock(
            () -> {
              tick();
              return Instant.now();
            })
        .nanoClock(
            () -> {
              tick();
              return System.nanoTime();
            })
        .build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void the_room_of_a_connection_is_not_lost(boolean reuse) throws SQLException {
    int call = 1;
    while (fails(call, reuse)) {
      call++;
    }
    assertThat(call).isGreaterThan(1);
  }

  /** Uses a connection while a call of the clock fails, and then another; false at no such call. */
  private boolean fails(int call, boolean reuse) throws SQLException {
    try (PooledConnectionProvider provider = provider()) {
      if (reuse) {
        provider.get(soon()).close();
      }
      calls.set(call);
      try {
        provider.get(soon()).close();
      } catch (IllegalStateException | SQLException e) {
        assertThat(e).hasStackTraceContaining("clock");
      }
      boolean failed = calls.getAndSet(NEVER) <= 0;
      provider.get(soon()).close();
      return failed;
    }
  }
}
