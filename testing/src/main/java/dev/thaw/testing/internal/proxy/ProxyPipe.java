package dev.thaw.testing.internal.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/**
 * One direction of a proxied connection: what was read waits here until it is due and may be
 * written. Used by the proxy's own thread only.
 */
final class ProxyPipe {
  // Bounds what one connection keeps in memory while its latency or a slow reader holds data back.
  private static final int CAPACITY = 256 * 1024;

  private final Deque<Chunk> chunks = new ArrayDeque<>();
  private int size;
  private boolean ended;
  private boolean endPassedOn;

  /** Returns whether the source should be read from. */
  boolean hasRoom() {
    return !ended && size < CAPACITY;
  }

  /**
   * Reads once what the source holds.
   *
   * @return the number of bytes read; zero if there were none, −1 at the end of the stream
   */
  int read(SocketChannel source, ByteBuffer scratch, long dueNanos) throws IOException {
    scratch.clear();
    int count = source.read(scratch);
    if (count > 0) {
      byte[] copy = new byte[count];
      scratch.flip().get(copy);
      chunks.add(new Chunk(ByteBuffer.wrap(copy), dueNanos, false));
      size += count;
    } else if (count < 0) {
      ended = true;
      chunks.add(new Chunk(ByteBuffer.allocate(0), dueNanos, true));
    }
    return count;
  }

  /**
   * Writes what is due.
   *
   * @return whether the sink took all of that; if not, it must be waited for
   */
  boolean write(SocketChannel sink, long nowNanos) throws IOException {
    while (!chunks.isEmpty() && chunks.getFirst().dueNanos - nowNanos <= 0) {
      Chunk chunk = chunks.getFirst();
      if (chunk.end) {
        sink.shutdownOutput();
        endPassedOn = true;
      } else {
        size -= sink.write(chunk.data);
        if (chunk.data.hasRemaining()) {
          return false;
        }
      }
      chunks.removeFirst();
    }
    return true;
  }

  /** Returns when the next of the waiting data is due. */
  OptionalLong nextDueNanos() {
    return chunks.isEmpty() ? OptionalLong.empty() : OptionalLong.of(chunks.getFirst().dueNanos);
  }

  /** Returns whether the source has ended. */
  boolean isEnding() {
    return ended;
  }

  /** Returns whether the end of the stream has been passed on to the sink. */
  boolean hasEnded() {
    return endPassedOn;
  }

  private record Chunk(ByteBuffer data, long dueNanos, boolean end) {}
}
