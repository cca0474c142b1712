package dev.thaw.internal.net;

import dev.thaw.fixture.Background;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;

/** Tests of a {@link ChannelSocket} that is connected. */
abstract class ConnectedSockets {
  @AutoClose SocketPair pair;
  ChannelSocket socket;

  @BeforeEach
  void connect() throws IOException {
    pair = SocketPair.open();
    socket = pair.socket();
  }

  /** Reads a byte on a thread that waits for it when this returns. */
  Background<Integer> readInBackground() {
    Background<Integer> read = Background.run(() -> socket.getInputStream().read());
    SocketPair.awaitWaiting(socket);
    return read;
  }
}
