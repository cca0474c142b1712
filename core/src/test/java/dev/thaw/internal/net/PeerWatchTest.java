package dev.thaw.internal.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.fixture.Listener;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Times are given, and what the kernel's table says; the rest is a real connection. */
class PeerWatchTest {
  private static final long START = Long.MAX_VALUE - 5;
  private static final String ALL_ACKNOWLEDGED = "00000000:00000000 00:00000000 00000000";
  private static final String NO_ROOM = "003E1200:00000000 04:00000032 00000000";

  @AutoClose private Listener listener;
  @AutoClose private SocketChannel channel;
  private PeerWatch watch;
  private @Nullable String columns;
  private int probes;
  private int looks;

  @BeforeEach
  void connect() throws IOException {
    listener = Listener.open();
    channel = SocketChannel.open();
    channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.port()));
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    watch = new PeerWatch(new SocketTable(this::table), channel, START);
  }

  private byte[] table(String name) throws IOException {
    if (!name.equals("tcp")) {
      return new byte[0];
    }
    looks++;
    if (columns == null) {
      throw new FileNotFoundException(name);
    }
    int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
    return "  1: 0100007F:%04X 0100007F:%04X 01 %s     0 %8d 10042326 2\n"
        .formatted(port, listener.port(), columns, probes)
        .getBytes(US_ASCII);
  }

  private static String unanswered(int retransmits) {
    return "00000017:00000000 01:0000002D %08X".formatted(retransmits);
  }

  /** Looks some time after the start, and returns the milliseconds until the next look. */
  private long look(long millis) throws SilentPeerException {
    long wait = watch.look(START + TimeUnit.MILLISECONDS.toNanos(millis));
    return wait == ChannelWait.NO_LIMIT ? -1 : TimeUnit.NANOSECONDS.toMillis(wait);
  }

  @Test
  void a_peer_that_has_acknowledged_nothing_after_three_retransmissions_is_gone() throws Exception {
    columns = unanswered(2);
    assertThat(look(1_000)).isEqualTo(460);
    columns = unanswered(3);
    assertThat(look(1_700)).isEqualTo(50);
    assertThatThrownBy(() -> look(1_750))
        .isInstanceOf(SilentPeerException.class)
        .hasMessage("The peer has acknowledged nothing for 1750 ms, after 3 retransmissions");
  }

  @Test
  void a_look_before_its_time_asks_no_table() throws Exception {
    columns = unanswered(3);
    assertThat(look(1_000)).isEqualTo(50);
    assertThat(look(1_030)).isEqualTo(20);
    assertThat(looks).isEqualTo(1);
  }

  @Test
  void an_acknowledgement_of_the_third_retransmission_may_be_on_its_way() throws Exception {
    columns = unanswered(3);
    // As with a round trip of 400 ms.
    assertThat(look(7_700)).isEqualTo(900);
    columns = ALL_ACKNOWLEDGED;
    assertThat(look(8_600)).isEqualTo(-1);
  }

  @Test
  void two_times_in_a_row_are_needed() throws Exception {
    columns = unanswered(3);
    look(1_000);
    columns = unanswered(1);
    look(1_100);
    columns = unanswered(3);
    look(1_560);
    assertThatThrownBy(() -> look(1_660)).isInstanceOf(SilentPeerException.class);
  }

  @Test
  void a_slow_query_costs_one_look() throws Exception {
    columns = ALL_ACKNOWLEDGED;
    assertThat(look(1_000)).isEqualTo(-1);
    assertThat(look(60_000)).isEqualTo(-1);
    assertThat(looks).isEqualTo(1);
  }

  @Test
  void a_peer_without_room_is_no_silent_one_and_is_looked_at_ever_less_often() throws Exception {
    columns = NO_ROOM;
    assertThat(look(1_000)).isEqualTo(250);
    assertThat(look(16_000)).isEqualTo(2_000);
    columns = NO_ROOM.replace(" 00000000", " 00000009");
    assertThat(look(18_000)).isEqualTo(2_250);
    assertThat(look(21_000)).isEqualTo(2_625);
  }

  @Test
  void a_peer_without_room_that_has_answered_none_of_five_probes_is_gone() throws Exception {
    columns = NO_ROOM;
    probes = 4;
    assertThat(look(1_000)).isEqualTo(250);
    probes = 5;
    assertThat(look(4_000)).isEqualTo(371);
    assertThatThrownBy(() -> look(4_372))
        .isInstanceOf(SilentPeerException.class)
        .hasMessage("The peer has answered none of 5 probes of its full receive window");
  }

  @Test
  void probes_of_the_past_are_no_evidence_once_there_is_room() throws Exception {
    columns = unanswered(0);
    probes = 9;
    look(1_000);
    assertThat(look(1_500)).isEqualTo(460);
  }

  @Test
  void a_table_that_cannot_be_read_or_understood_is_no_verdict() throws Exception {
    assertThat(look(1_000)).isEqualTo(250);
    columns = "0000001g:00000000 01:0000002D 00000009";
    assertThat(look(1_250)).isEqualTo(250);
    columns = unanswered(9);
    assertThat(look(1_500)).isEqualTo(50);
    columns = null;
    assertThat(look(1_600)).isEqualTo(250);
    columns = unanswered(9);
    assertThat(look(1_850)).isEqualTo(64);
  }

  @Test
  void a_closed_channel_is_no_verdict() throws Exception {
    channel.close();
    assertThat(look(1_000)).isEqualTo(250);
    watch.pause();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void keep_alive_has_short_times_while_the_wait_lasts() throws Exception {
    Integer[] before = keepAlive();
    look(1_000);
    assertThat(keepAlive()).containsExactly(1, 1, 5);
    watch.pause();
    assertThat(keepAlive()).containsExactly(before);
    look(2_000);
    assertThat(keepAlive()).containsExactly(1, 1, 5);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void keep_alive_that_is_off_stays_as_it_is() throws Exception {
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, false);
    Integer[] before = keepAlive();
    look(1_000);
    assertThat(keepAlive()).containsExactly(before);
    assertThat(channel.getOption(StandardSocketOptions.SO_KEEPALIVE)).isFalse();
  }

  private Integer[] keepAlive() throws IOException {
    return new Integer[] {value("TCP_KEEPIDLE"), value("TCP_KEEPINTERVAL"), value("TCP_KEEPCOUNT")};
  }

  private Integer value(String name) throws IOException {
    return (Integer) channel.getOption(option(name, channel));
  }

  /** Returns an option by its name, since the module that has it need not be there. */
  static SocketOption<?> option(String name, SocketChannel channel) {
    return channel.supportedOptions().stream()
        .filter(each -> each.name().equals(name))
        .findAny()
        .orElseThrow();
  }
}
