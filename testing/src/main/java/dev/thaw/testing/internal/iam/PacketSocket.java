package dev.thaw.testing.internal.iam;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;

/**
 * A socket that is read and written in packets of MySQL's protocol.
 *
 * <p>MySQL Source Code Documentation, "MySQL Packets". Reads no byte more than it returns, so that
 * TLS can follow a packet. Not thread-safe.
 */
final class PacketSocket implements Closeable {
  private static final int LONGEST = 1 << 20;

  private final Socket socket;
  private int sequence;

  PacketSocket(Socket socket) {
    this.socket = socket;
  }

  /** Returns the same packets' continuation over another socket, such as TLS on this one. */
  PacketSocket over(Socket other) {
    PacketSocket continued = new PacketSocket(other);
    continued.sequence = sequence;
    return continued;
  }

  Socket socket() {
    return socket;
  }

  /** Returns the next packet's payload. */
  byte[] read() throws IOException {
    byte[] header = exactly(4);
    int length = (header[0] & 0xFF) | (header[1] & 0xFF) << 8 | (header[2] & 0xFF) << 16;
    if (length > LONGEST) {
      throw new IOException("a packet of " + length + " bytes before the login");
    }
    sequence = (header[3] & 0xFF) + 1;
    return exactly(length);
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = socket.getInputStream().readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the connection ended before the login");
    }
    return bytes;
  }

  /** Sends a payload as the next packet. */
  void write(byte[] payload) throws IOException {
    ByteArrayOutputStream packet = new ByteArrayOutputStream(payload.length + 4);
    packet.write(payload.length);
    packet.write(payload.length >> 8);
    packet.write(payload.length >> 16);
    packet.write(sequence++);
    packet.writeBytes(payload);
    socket.getOutputStream().write(packet.toByteArray());
    socket.getOutputStream().flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
