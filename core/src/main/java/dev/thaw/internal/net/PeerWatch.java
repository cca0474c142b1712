package dev.thaw.internal.net;

import dev.thaw.internal.net.SocketTable.Entry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out, during one wait for a peer, whether the peer still acknowledges what was sent: then it
 * is only slow. For one thread.
 *
 * <p>The kernel sends again what is not acknowledged, each time after twice the time, which it
 * takes from the round trips that it has seen. So the number of retransmissions is the same
 * evidence on a fast network and on a slow one: the third comes after 1.7 s where a round trip
 * takes a few milliseconds, after 8 s where it takes 400. Silence for a round trip has to follow. A
 * peer without room for more is asked by probes in the same way, and answers each. Once all is
 * acknowledged, the table has nothing more to tell; then {@link ShortKeepAlive} asks the peer.
 */
final class PeerWatch {
  /** How long a wait takes before the first look, in nanoseconds. */
  static final long LOOK_AFTER = 1_000_000_000L;

  /**
   * How long a peer may take to acknowledge, in nanoseconds, if a round trip is short: Linux puts
   * an acknowledgement off by 200 ms at most (TCP_DELACK_MAX).
   */
  static final long ACKNOWLEDGED_AFTER = 220_000_000L;

  private static final long LOOK_EVERY = 250_000_000L;
  private static final long LEAST_PAUSE = 50_000_000L;
  // A first look may see what another connection's has read.
  private static final long SHARED_FOR = 50_000_000L;
  // Less than the peer has had beyond what an acknowledgement may be put off.
  private static final long SHARED_AT_END = 20_000_000L;
  // The kernel's timers are late by some milliseconds.
  private static final long LAG = 10_000_000L;
  private static final long RETRANSMITS = 3;
  // As many packets: what is sent again was sent before, and the kernel probes for a lost tail.
  private static final long PROBES = 2 + RETRANSMITS;
  // Linux waits for a round trip and at least this (TCP_RTO_MIN) before it sends something again,
  // and at the third time has waited for seven times as long.
  private static final long RTO_MIN = 200_000_000L;
  private static final long RTOS = 1 + 2 + 4;

  private final SocketTable table;
  private final SocketChannel channel;
  private final ShortKeepAlive keepAlive;
  private final long start;
  private long nextLook;
  private boolean suspected;
  private boolean over;

  /**
   * Creates a watch.
   *
   * @param start when the wait began, as {@link System#nanoTime()} counts
   */
  PeerWatch(SocketTable table, SocketChannel channel, long start) {
    this.table = table;
    this.channel = channel;
    this.keepAlive = new ShortKeepAlive(channel);
    this.start = start;
    this.nextLook = start + LOOK_AFTER;
  }

  /**
   * Looks whether the peer acknowledges, if that is due.
   *
   * @param now the present time, as {@link System#nanoTime()} counts
   * @return the nanoseconds until the next look, or {@link ChannelWait#NO_LIMIT}
   * @throws SilentPeerException if it does not
   */
  long look(long now) throws SilentPeerException {
    keepAlive.begin();
    if (!over && now - nextLook >= 0) {
      judge(find(table, channel, now, suspected ? 0 : SHARED_FOR), now);
    }
    return over ? ChannelWait.NO_LIMIT : nextLook - now;
  }

  /** Ends the wait, or interrupts it. */
  void pause() {
    keepAlive.end();
  }

  /** Returns whether the peer of a connection is known to owe an acknowledgement. */
  static boolean isUnacknowledged(SocketTable table, SocketChannel channel) {
    Entry entry = find(table, channel, System.nanoTime(), SHARED_AT_END);
    return entry != null && entry.unacknowledged() > 0 && entry.timer() == Entry.RETRANSMISSION;
  }

  private static @Nullable Entry find(
      SocketTable table, SocketChannel channel, long now, long maxAge) {
    try {
      SocketAddress local = channel.getLocalAddress();
      SocketAddress remote = channel.getRemoteAddress();
      return local instanceof InetSocketAddress from && remote instanceof InetSocketAddress to
          ? table.find(from, to, now, maxAge)
          : null;
    } catch (IOException e) {
      return null;
    }
  }

  private void judge(@Nullable Entry entry, long now) throws SilentPeerException {
    long waited = now - start;
    boolean silent = isSilent(entry);
    if (entry != null && silent && suspected) {
      throw entry.timer() == Entry.PROBE
          ? SilentPeerException.afterProbes(entry.probes())
          : SilentPeerException.afterRetransmits(waited / 1_000_000, entry.retransmits());
    }
    // The peer has all that was sent, and nothing else will be.
    over = entry != null && entry.unacknowledged() == 0;
    suspected = silent;
    nextLook = now + (silent ? roundTrip(waited) : untilNews(entry, waited));
  }

  /** Returns how long an acknowledgement of the third retransmission may take, at most. */
  private static long roundTrip(long waited) {
    return Math.max(LEAST_PAUSE, waited / RTOS - RTO_MIN);
  }

  /** Returns when the table may say something else. */
  private static long untilNews(@Nullable Entry entry, long waited) {
    if (entry != null && entry.timer() == Entry.RETRANSMISSION) {
      return Math.max(LEAST_PAUSE, TimeUnit.MILLISECONDS.toNanos(entry.restMillis()) + LAG);
    }
    return Math.max(LOOK_EVERY, waited / 8);
  }

  /** Returns whether an entry is evidence of silence; one that is not known is none. */
  private static boolean isSilent(@Nullable Entry entry) {
    if (entry == null || entry.unacknowledged() == 0) {
      return false;
    }
    // A peer without room acknowledges, but nothing new: the kernel's timer is another one then.
    return entry.timer() == Entry.PROBE
        ? entry.probes() >= PROBES
        : entry.timer() == Entry.RETRANSMISSION && entry.retransmits() >= RETRANSMITS;
  }
}
