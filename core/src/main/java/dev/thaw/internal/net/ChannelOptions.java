package dev.thaw.internal.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** The state, the options and the addresses of a channel, seen as those of a socket. */
// Socket synchronizes a few of its methods to guard its own lazy creation, which is not used here.
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
abstract class ChannelOptions extends Socket {
  private final SocketChannel channel;

  ChannelOptions(SocketChannel channel) {
    this.channel = channel;
  }

  @Override
  public boolean isClosed() {
    return !channel.isOpen();
  }

  @Override
  public boolean isConnected() {
    return channel.isConnected();
  }

  @Override
  public boolean isBound() {
    return channel.isConnected();
  }

  @Override
  public void shutdownInput() throws IOException {
    if (channel.isConnected()) {
      channel.shutdownInput();
    }
  }

  @Override
  public void shutdownOutput() throws IOException {
    if (channel.isConnected()) {
      channel.shutdownOutput();
    }
  }

  @Override
  public boolean isInputShutdown() {
    return channel.socket().isInputShutdown();
  }

  @Override
  public boolean isOutputShutdown() {
    return channel.socket().isOutputShutdown();
  }

  @Override
  public void setTcpNoDelay(boolean on) throws SocketException {
    channel.socket().setTcpNoDelay(on);
  }

  @Override
  public boolean getTcpNoDelay() throws SocketException {
    return channel.socket().getTcpNoDelay();
  }

  @Override
  public void setKeepAlive(boolean on) throws SocketException {
    channel.socket().setKeepAlive(on);
  }

  @Override
  public boolean getKeepAlive() throws SocketException {
    return channel.socket().getKeepAlive();
  }

  @Override
  public void setReceiveBufferSize(int size) throws SocketException {
    channel.socket().setReceiveBufferSize(size);
  }

  @Override
  public int getReceiveBufferSize() throws SocketException {
    return channel.socket().getReceiveBufferSize();
  }

  @Override
  public void setSendBufferSize(int size) throws SocketException {
    channel.socket().setSendBufferSize(size);
  }

  @Override
  public int getSendBufferSize() throws SocketException {
    return channel.socket().getSendBufferSize();
  }

  @Override
  public void setTrafficClass(int value) throws SocketException {
    channel.socket().setTrafficClass(value);
  }

  @Override
  public int getTrafficClass() throws SocketException {
    return channel.socket().getTrafficClass();
  }

  @Override
  public void setSoLinger(boolean on, int seconds) throws SocketException {
    try {
      channel.setOption(StandardSocketOptions.SO_LINGER, on ? seconds : -1);
    } catch (IOException e) {
      throw ChannelWait.closed(e);
    }
  }

  @Override
  public int getSoLinger() throws SocketException {
    return channel.socket().getSoLinger();
  }

  @Override
  public void bind(SocketAddress address) throws IOException {
    channel.bind(address);
  }

  @Override
  public @Nullable InetAddress getInetAddress() {
    return channel.socket().getInetAddress();
  }

  @Override
  public InetAddress getLocalAddress() {
    return channel.socket().getLocalAddress();
  }

  @Override
  public int getPort() {
    return channel.socket().getPort();
  }

  @Override
  public int getLocalPort() {
    return channel.socket().getLocalPort();
  }

  @Override
  public @Nullable SocketAddress getRemoteSocketAddress() {
    InetAddress address = getInetAddress();
    return address == null ? null : new InetSocketAddress(address, getPort());
  }

  @Override
  public @Nullable SocketAddress getLocalSocketAddress() {
    return channel.socket().getLocalSocketAddress();
  }

  @Override
  public @Nullable SocketChannel getChannel() {
    // A caller with the channel could block on it, or read past the TLS layer.
    return null;
  }
}
