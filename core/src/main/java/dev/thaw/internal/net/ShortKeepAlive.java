package dev.thaw.internal.net;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Keep-alive with short times for a peer that has acknowledged what it was sent and owes an answer:
 * asked each second, it is given up after five times (the read then fails). Only where keep-alive
 * is on. For one thread.
 *
 * <p>A slow query is asked often: where 5 % of the packets are lost each way, three that are lost
 * in a row would end one query of half a minute in 40, and five one in 4,000.
 */
final class ShortKeepAlive {
  /** An option's value before. */
  private record Former(SocketOption<Integer> option, int value) {}

  private final SocketChannel channel;
  private final List<Former> former = new ArrayList<>();
  private boolean begun;

  ShortKeepAlive(SocketChannel channel) {
    this.channel = channel;
  }

  /** Shortens the times, if they are not. */
  void begin() {
    if (begun) {
      return;
    }
    begun = true;
    try {
      if (channel.getOption(StandardSocketOptions.SO_KEEPALIVE)) {
        shorten();
      }
    } catch (IOException e) {
      // Closed meanwhile.
    }
  }

  private void shorten() throws IOException {
    // Named, since the JDK's module that has them need not be there.
    set("TCP_KEEPINTERVAL", 1);
    set("TCP_KEEPCOUNT", 5);
    // The last one: it starts the kernel's timer.
    set("TCP_KEEPIDLE", 1);
  }

  private void set(String name, int value) throws IOException {
    for (SocketOption<?> any : channel.supportedOptions()) {
      if (any.name().equals(name) && any.type() == Integer.class) {
        @SuppressWarnings("unchecked")
        SocketOption<Integer> option = (SocketOption<Integer>) any;
        former.add(new Former(option, channel.getOption(option)));
        channel.setOption(option, value);
      }
    }
  }

  /** Sets the times back. */
  void end() {
    begun = false;
    try {
      for (Former each : former) {
        channel.setOption(each.option(), each.value());
      }
    } catch (IOException e) {
      // Closed meanwhile.
    }
    former.clear();
  }
}
