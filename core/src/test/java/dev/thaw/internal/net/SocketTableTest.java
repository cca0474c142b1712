package dev.thaw.internal.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.internal.net.SocketTable.Entry;
import java.io.FileNotFoundException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables are recorded ones, of Linux 6.18 on x86-64. */
class SocketTableTest {
  private static final String TITLES6 =
      "  sl  local_address                         remote_address                        st tx_queue"
          + " rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
  private static final String LISTENING =
      "   0: 00000000000000000000000000000000:AD55 00000000000000000000000000000000:0000 0A"
          + " 00000000:00000000 00:00000000 00000000     0        0 10042321 1 0000000074ef784d"
          + " 100 0 0 10 0\n";
  private static final String MAPPED_PEER =
      " 201: 0000000000000000FFFF00000100007F:AD55 0000000000000000FFFF00000100007F:C460 01"
          + " 00000000:00000000 00:00000000 00000000     0        0 10042323 1 000000000daee118"
          + " 21 0 0 10 -1\n";
  private static final String IPV6 =
      " 225: 00000000000000000000000001000000:8762 00000000000000000000000001000000:AD55 01"
          + " 00000028:00000000 01:0000008F 00000003     0        0 10042324 2 0000000033a02812"
          + " 163 0 0 1 -1\n";
  private static final String MAPPED =
      " 574: 0000000000000000FFFF00000100007F:C460 0000000000000000FFFF00000100007F:AD55 01"
          + " 00000017:00000000 01:0000002D 00000002     0        0 10042322 2 00000000fe49faae"
          + " 84 0 0 1 -1\n";
  private static final String TABLE6 = TITLES6 + LISTENING + MAPPED_PEER + IPV6 + MAPPED;
  private static final String TABLE4 =
      padded(
              "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid "
                  + " timeout inode")
          + padded(
              " 293: 0100007F:C2FA 0100007F:AD55 01 003E1200:00000000 04:00000032 00000000     0"
                  + "        1 10043739 2 00000000deebe288 20 0 0 16 -1")
          + padded(
              " 294: 0100007F:C466 0100007F:AD55 01 00000009:00000000 01:00000132 00000004     0"
                  + "        0 10042326 2 00000000fc80c0ff 339 0 0 1 -1");

  private final List<String> read = new ArrayList<>();

  private static String padded(String line) {
    return line + " ".repeat(149 - line.length()) + "\n";
  }

  private SocketTable table(Map<String, String> tables) {
    return new SocketTable(
        name -> {
          read.add(name);
          String table = tables.get(name);
          if (table == null) {
            throw new FileNotFoundException(name);
          }
          return table.getBytes(US_ASCII);
        });
  }

  private SocketTable recorded() {
    return table(Map.of("tcp6", TABLE6, "tcp", TABLE4));
  }

  private static InetSocketAddress at(String address, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByName(address), port);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static @Nullable Entry ofIpv4(SocketTable table, int port) {
    return table.find(at("127.0.0.1", port), at("127.0.0.1", 0xAD55), 0, 0);
  }

  @Test
  void a_connection_to_an_address_of_ipv6_is_found() {
    assertThat(recorded().find(at("::1", 0x8762), at("::1", 0xAD55), 0, 0))
        .isEqualTo(new Entry(0x28, 1, 1_430, 3, 0));
    assertThat(read).containsExactly("tcp6");
  }

  @Test
  void one_to_an_address_of_ipv4_is_found_among_the_sockets_of_ipv6() {
    assertThat(ofIpv4(recorded(), 0xC460)).isEqualTo(new Entry(0x17, 1, 450, 2, 0));
    assertThat(read).containsExactly("tcp6");
  }

  @Test
  void the_two_ends_of_a_connection_on_one_machine_are_told_apart() {
    assertThat(recorded().find(at("127.0.0.1", 0xAD55), at("127.0.0.1", 0xC460), 0, 0))
        .isEqualTo(new Entry(0, 0, 0, 0, 0));
  }

  @Test
  void one_of_a_jvm_that_prefers_ipv4_is_found_after_that() {
    assertThat(ofIpv4(recorded(), 0xC466)).isEqualTo(new Entry(9, 1, 3_060, 4, 0));
    assertThat(read).containsExactly("tcp6", "tcp");
  }

  @Test
  void a_kernel_without_ipv6_has_no_such_table() {
    assertThat(ofIpv4(table(Map.of("tcp", TABLE4)), 0xC466))
        .isEqualTo(new Entry(9, 1, 3_060, 4, 0));
  }

  @Test
  void a_peer_without_room_has_another_timer() {
    assertThat(ofIpv4(recorded(), 0xC2FA)).isEqualTo(new Entry(0x3E1200, 4, 500, 0, 1));
  }

  @Test
  void an_unknown_connection_is_not_found() {
    assertThat(ofIpv4(recorded(), 0xC461)).isNull();
    assertThat(recorded().find(at("::2", 0x8762), at("::1", 0xAD55), 0, 0)).isNull();
  }

  @Test
  void without_a_table_nothing_is_found() {
    assertThat(ofIpv4(table(Map.of()), 0xC466)).isNull();
    assertThat(ofIpv4(table(Map.of("tcp6", "", "tcp", "\n\n::\n")), 0xC466)).isNull();
  }

  @Test
  void one_is_found_among_many_with_wide_numbers() {
    StringBuilder many = new StringBuilder(TITLES6);
    for (int port = 1; port <= 20_000; port++) {
      many.append(MAPPED.replace(" 574:", port + ":").replace("C460", "%04X".formatted(port)));
    }
    assertThat(ofIpv4(table(Map.of("tcp6", many.toString())), 20_000))
        .isEqualTo(new Entry(0x17, 1, 450, 2, 0));
  }

  @Test
  void a_table_that_is_cut_off_anywhere_gives_no_wrong_entry() {
    int inode = TABLE6.lastIndexOf("10042322");
    for (int end = 0; end <= TABLE6.length(); end++) {
      Entry entry = ofIpv4(table(Map.of("tcp6", TABLE6.substring(0, end))), 0xC460);
      assertThat(entry).isEqualTo(end >= inode ? new Entry(0x17, 1, 450, 2, 0) : null);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01 0000001g:00000000 01:0000002D 00000002 ",
        "01 -0000017:00000000 01:0000002D 00000002 ",
        "01 00000017 00000000 01:0000002D 00000002 ",
        "01 0000000017:000000 01:0000002D 00000002 ",
        "01 00000017:00000000 1:0000002D 000000002 ",
        "01 00000017:00000000 01:0000002D 000000002",
        "01 00000017:00000000 01:0000002D\n00000002 ",
        "01 00000017:00000000 01:0000002D 00000002 0 x ",
        "01 00000017:00000000 01:0000002D 00000002 0 -1 ",
        "01 00000017:00000000 01:0000002D 00000002 0\n"
      })
  void a_line_of_another_form_gives_no_entry(String columns) {
    String garbled = MAPPED.replace("01 00000017:00000000 01:0000002D 00000002 ", columns);
    assertThat(ofIpv4(table(Map.of("tcp6", TITLES6 + garbled)), 0xC460)).isNull();
  }

  @Test
  void a_user_with_a_wide_number_moves_the_probes() {
    String wide = TABLE4.replace("     0        1 10043739", " 4294967294       13 10043739");
    assertThat(ofIpv4(table(Map.of("tcp", wide)), 0xC2FA))
        .isEqualTo(new Entry(0x3E1200, 4, 500, 0, 13));
  }

  @Test
  void another_system_than_linux_has_no_table() {
    assertThat(SocketTable.ofKernel("Mac OS X")).isSameAs(SocketTable.NONE);
    assertThat(ofIpv4(SocketTable.NONE, 0xC460)).isNull();
  }

  @Test
  void what_was_read_is_shared_for_as_long_as_each_look_allows() {
    SocketTable table = table(Map.of("tcp6", TABLE6));
    look(table, 1_000, 0);
    look(table, 1_049, 50);
    assertThat(read).hasSize(1);
    look(table, 1_050, 50);
    assertThat(read).hasSize(2);
    look(table, 1_050, 0);
    assertThat(read).hasSize(3);
    // Another thread, whose look began before that, waited for it.
    look(table, 1_040, 0);
    assertThat(read).hasSize(3);
  }

  private static void look(SocketTable table, long now, long maxAge) {
    assertThat(table.find(at("::1", 0x8762), at("::1", 0xAD55), now, maxAge)).isNotNull();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void the_kernel_tells_of_a_connection_of_this_process() throws Exception {
    try (SocketPair pair = SocketPair.open()) {
      Entry entry =
          SocketTable.ofKernel(System.getProperty("os.name"))
              .find(
                  (InetSocketAddress) pair.peer().getLocalSocketAddress(),
                  (InetSocketAddress) pair.peer().getRemoteSocketAddress(),
                  System.nanoTime(),
                  0);
      assertThat(entry).isEqualTo(new Entry(0, 0, 0, 0, 0));
    }
  }
}
