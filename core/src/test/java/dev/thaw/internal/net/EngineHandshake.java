package dev.thaw.internal.net;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** A TLS handshake in memory. */
final class EngineHandshake {
  private static final int ROOM = 1 << 16;

  private final ByteBuffer toServer = ByteBuffer.allocate(ROOM);
  private final ByteBuffer toClient = ByteBuffer.allocate(ROOM);

  private EngineHandshake() {}

  /** Runs it to the client's end; fails with what either of the two has against the other. */
  static void run(SSLEngine client, SSLEngine server) throws SSLException {
    server.setUseClientMode(false);
    EngineHandshake wire = new EngineHandshake();
    client.beginHandshake();
    while (client.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
      step(client, wire.toClient, wire.toServer);
      step(server, wire.toServer, wire.toClient);
    }
  }

  private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
    switch (engine.getHandshakeStatus()) {
      case NEED_TASK -> {
        Runnable task = engine.getDelegatedTask();
        while (task != null) {
          task.run();
          task = engine.getDelegatedTask();
        }
      }
      case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
      case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING, FINISHED -> {
        in.flip();
        engine.unwrap(in, ByteBuffer.allocate(ROOM));
        in.compact();
      }
    }
  }
}
