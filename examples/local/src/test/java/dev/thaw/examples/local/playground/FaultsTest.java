package dev.thaw.examples.local.playground;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FaultsTest {
  @Test
  void one_connection_is_not_called_connections() {
    assertThat(Faults.connections(0)).isEqualTo("0 connections");
    assertThat(Faults.connections(1)).isEqualTo("1 connection");
    assertThat(Faults.connections(15)).isEqualTo("15 connections");
  }
}
