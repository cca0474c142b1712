package dev.thaw.internal.util;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "db",
        "LOCALHOST",
        "local_host",
        "db.eu-central-1.rds.amazonaws.com",
        "db.example.com.",
        "3com.example",
        "10.0.0.7",
        "127.1",
        "2130706433",
        "::1",
        "0:0:0:0:0:0:0:1",
        "::ffff:127.0.0.1",
        "fe80::1%eth0",
        "fd00::1:3306"
      })
  void names_and_addresses_are_taken_as_they_are(String host) {
    assertThat(ServerAddress.host(host)).isEqualTo(host);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "\" db \", db",
        "\"db\n\", db",
        "\uFEFFdb, db",
        "[::1], ::1",
        "\" [fe80::1%eth0]\", fe80::1%eth0"
      })
  void white_space_and_brackets_are_left_out(String given, String host) {
    assertThat(ServerAddress.host(given)).isEqualTo(host);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "db:3306                | which holds a port, too: set port to that; allowed: a host name",
        "10.0.0.7:3306          | which holds a port, too",
        "[::1]:3306             | which holds a port, too",
        "mysql://u:hunter2@h/db | which is a URL, of which host takes the host alone; allowed:",
        "0x7f.0.0.1             | which is no IPv4 address; allowed:",
        "10.0.0.256             | which is no IPv4 address",
        "1.2.3.4.5              | which is no IPv4 address",
        "4294967296             | which is no IPv4 address",
        ":::1                   | which is no IPv6 address",
        "fe80::1%               | which is no IPv6 address",
        "fe80::1%a/b            | which is no IPv6 address",
        "1:2:hunter2            | which is no IPv6 address",
        "-localhost             | host is '-localhost', which begins with '-'; allowed:",
        "a..b                   | which has a part that is empty",
        ".a                     | which has a part that is empty",
        "db,db2                 | character 3 is ','), allowed: a host name",
        "b\u00fccher.example    | character 2 is U+00FC)",
        "tcp:localhost          | character 4 is ':')",
        "[::1                   | which is no IPv6 address",
        "(host=hunter2)         | character 1 is '(')",
        "''                     | host is empty, allowed:"
      })
  void what_cannot_be_a_host_is_refused_and_not_repeated(String host, String why) {
    assertThatExceptionOfType(FlawException.class)
        .isThrownBy(() -> ServerAddress.host(host))
        .withMessageStartingWith("host is ")
        .withMessageContaining(why)
        .withMessageNotContaining("hunter2");
  }

  @Test
  void parts_and_names_have_a_longest() {
    String label = "a".repeat(63);
    String longest = label + "." + label + "." + label + "." + "a".repeat(61);
    assertThat(ServerAddress.host(longest)).hasSize(253);
    assertThatExceptionOfType(FlawException.class)
        .isThrownBy(() -> ServerAddress.host("a" + label));
    assertThatExceptionOfType(FlawException.class)
        .isThrownBy(() -> ServerAddress.host(longest + "a"))
        .withMessageContaining("more than 253 characters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "assets", "my db", "a-b_c$1.d+e", "\u00e4\u5bc6", " padded "})
  void schemas_are_taken(String schema) {
    assertThat(ServerAddress.schema(schema)).isEqualTo(schema.strip());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a?autoDeserialize=true", "a/b", "a\nb", "a\0b", "{\"a\":1}", "a@b", "a'b"})
  void what_cannot_be_a_schema_is_refused_and_not_repeated(String schema) {
    assertThatExceptionOfType(FlawException.class)
        .isThrownBy(() -> ServerAddress.schema(schema))
        .withMessageStartingWith("database is a value of " + schema.length() + " characters (not")
        .withMessageContaining("allowed: up to 64 letters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "65536", "-1", "33 06", "3306.0", "123456", "\u0663\u0663"})
  void a_port_is_a_number_within_its_bounds(String port) {
    assertThat(ServerAddress.portFlaw(port)).isNotNull();
    assertThat(ServerAddress.portFlaw("3306")).isNull();
  }

  @Test
  void a_flaw_of_a_part_of_a_secret_shows_nothing_of_it() {
    assertThat(flawOfSecret("vault:3306"))
        .startsWith("key 'host' holds a port, too: set key 'port' to that; allowed: ");
    assertThat(flawOfSecret("hunter2!")).startsWith("key 'host' is wrong, allowed: a");
  }

  private static String flawOfSecret(String host) {
    return requireNonNull(ServerAddress.hostFlaw(host, "key 'host'", "key 'port'"))
        .describe("key 'host'");
  }
}
