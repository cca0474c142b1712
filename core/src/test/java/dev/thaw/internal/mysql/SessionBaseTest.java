package dev.thaw.internal.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.jdbc.JdbcPropertySetImpl;
import com.mysql.cj.protocol.ServerSession;
import dev.thaw.internal.settings.SettingValues;
import java.util.HashMap;
import java.util.Map;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionBaseTest {
  private static final SessionDefaults NONE = SessionDefaults.of(new SettingValues());

  private final PropertySet properties = new JdbcPropertySetImpl();
  private static final String DEFAULT_MODE =
      "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,"
          + "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

  private final Map<String, String> variables =
      new HashMap<>(
          Map.of(
              "thaw_autocommit", "1",
              "thaw_read_only", "0",
              "thaw_read_only_variable", "transaction_read_only",
              "sql_mode", DEFAULT_MODE,
              "collation_connection", "utf8mb4_0900_ai_ci",
              "transaction_isolation", "REPEATABLE-READ",
              "time_zone", "SYSTEM"));

  private SessionBase base() {
    ServerSession session = mock();
    variables.forEach((name, value) -> when(session.getServerVariable(name)).thenReturn(value));
    return SessionBase.of(session, properties, NONE);
  }

  private SessionBase base(String name, @Nullable String value) {
    if (value == null) {
      variables.remove(name);
    } else {
      variables.put(name, value);
    }
    return base();
  }

  @Test
  void mysql_with_its_defaults_needs_nothing_but_a_way_back() {
    assertThat(base())
        .isEqualTo(
            new SessionBase(
                null,
                null,
                "SET NAMES utf8mb4 COLLATE utf8mb4_0900_ai_ci, autocommit=1,"
                    + " @@session.transaction_read_only=0,"
                    + " @@session.transaction_isolation='REPEATABLE-READ',"
                    + " @@session.sql_mode='"
                    + DEFAULT_MODE
                    + "', @@session.time_zone='SYSTEM'"));
  }

  @Test
  void a_server_that_is_not_strict_becomes_so_before_the_first_write_and_after_a_reset() {
    SessionBase base = base("sql_mode", "NO_ENGINE_SUBSTITUTION");
    assertThat(base.setUp()).isNull();
    assertThat(base.strict())
        .isEqualTo("SET @@session.sql_mode='NO_ENGINE_SUBSTITUTION,STRICT_TRANS_TABLES'");
    assertThat(base.restored())
        .contains("@@session.sql_mode='NO_ENGINE_SUBSTITUTION,STRICT_TRANS_TABLES'");
  }

  @Test
  void a_server_without_any_mode_becomes_strict() {
    SessionBase base = base("sql_mode", "");
    assertThat(base.strict()).isEqualTo("SET @@session.sql_mode='STRICT_TRANS_TABLES'");
    assertThat(base.restored()).contains("@@session.sql_mode='STRICT_TRANS_TABLES'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"STRICT_ALL_TABLES", "ANSI,STRICT_TRANS_TABLES"})
  void a_server_that_is_strict_in_either_way_stays_as_it_is(String mode) {
    SessionBase base = base("sql_mode", mode);
    assertThat(base.strict()).isNull();
    assertThat(base.restored()).contains("@@session.sql_mode='" + mode + "'");
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 'SET autocommit=1'", "OFF, OFF, 'SET autocommit=1'"})
  void a_server_without_autocommit_is_set_up(String autocommit, String readOnly, String expected) {
    variables.put("thaw_autocommit", autocommit);
    variables.put("thaw_read_only", readOnly);
    assertThat(base().setUp()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "ON", "on"})
  void a_server_that_only_reads_by_default_is_set_up(String readOnly) {
    assertThat(base("thaw_read_only", readOnly).setUp())
        .isEqualTo("SET @@session.transaction_read_only=0");
  }

  @Test
  void both_take_one_statement() {
    variables.put("thaw_autocommit", "0");
    assertThat(base("thaw_read_only", "1").setUp())
        .isEqualTo("SET autocommit=1, @@session.transaction_read_only=0");
  }

  @Test
  void mariadb_has_the_older_names() {
    variables.put("thaw_read_only_variable", "tx_read_only");
    variables.put("collation_connection", "utf8mb4_unicode_ci");
    SessionBase base = base("thaw_read_only", "ON");
    assertThat(base.setUp()).isEqualTo("SET @@session.tx_read_only=0");
    assertThat(base.restored())
        .contains("COLLATE utf8mb4_unicode_ci")
        .contains("@@session.tx_read_only=0, @@session.tx_isolation='REPEATABLE-READ'")
        .doesNotContain("transaction_");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ANSI'; DROP TABLE t; --",
        "ANSI\\",
        "ANSI_QUOTES,\"x\"",
        "STRICT_TRANS_TABLES'",
        "a b",
        "ANSI`",
        "ÄNSI"
      })
  void a_mode_that_is_no_list_of_words_goes_into_no_statement(String mode) {
    SessionBase base = base("sql_mode", mode);
    assertThat(base.strict()).isNull();
    assertThat(base.restored()).isNull();
  }

  @Test
  void of_two_time_zones_the_last_of_the_login_is_the_last_of_the_way_back() {
    properties.<String>getProperty(PropertyKey.sessionVariables).setValue("time_zone='+01:00'");
    assertThat(base().restored()).endsWith(", @@session.time_zone='SYSTEM', time_zone='+01:00'");

    properties.<Boolean>getProperty(PropertyKey.forceConnectionTimeZoneToSession).setValue(true);
    ServerSession session = mock();
    variables.forEach((name, value) -> when(session.getServerVariable(name)).thenReturn(value));
    when(session.getSessionTimeZone()).thenReturn(TimeZone.getTimeZone("GMT+05:00"));
    assertThat(SessionBase.of(session, properties, NONE).restored())
        .endsWith(", time_zone='+01:00', @@session.time_zone='+05:00'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"collation_connection", "transaction_isolation", "time_zone", "sql_mode"})
  void a_value_that_is_missing_or_could_end_the_text_leaves_no_way_back(String variable) {
    String good = variables.get(variable);
    assertThat(base(variable, good + "'").restored()).isNull();
    assertThat(base(variable, good + ";").restored()).isNull();
    assertThat(base(variable, good + " x").restored()).isNull();
    assertThat(base(variable, null).restored()).isNull();
    assertThat(base(variable, good).restored()).isNotNull();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = "")
  void a_connection_whose_answer_was_not_read_has_no_way_back(@Nullable String answer) {
    variables.keySet().removeIf(name -> name.startsWith("thaw_"));
    if (answer != null) {
      variables.put("thaw_autocommit", answer);
    }
    SessionBase base = base();
    assertThat(base.restored()).isNull();
    assertThat(base.setUp()).isEqualTo("SET autocommit=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SYSTEM", "+00:00", "-11:30", "Europe/Berlin", "Etc/GMT+5", "UTC"})
  void a_time_zone_may_be_an_offset_or_a_name(String zone) {
    assertThat(base("time_zone", zone).restored()).endsWith("@@session.time_zone='" + zone + "'");
  }

  @Test
  void a_collation_of_the_application_is_what_a_reset_brings_back() {
    properties.<String>getProperty(PropertyKey.connectionCollation).setValue("latin1_german2_ci");
    assertThat(base().restored())
        .startsWith(
            "SET NAMES latin1 COLLATE latin1_german2_ci, character_set_results=utf8mb4,"
                + " autocommit=1,");
  }

  @Test
  void a_mode_of_the_application_is_not_made_strict() {
    assertThat(base("sql_mode", "ANSI_QUOTES").strict()).isNotNull();
    properties.<String>getProperty(PropertyKey.sessionVariables).setValue("sql_mode='ANSI_QUOTES'");
    assertThat(base().strict()).isNull();
  }

  @Test
  void no_reset_where_the_driver_caches_statements_that_the_server_has_prepared() {
    properties.<Boolean>getProperty(PropertyKey.useServerPrepStmts).setValue(true);
    assertThat(base().restored()).isNotNull();
    properties.<Boolean>getProperty(PropertyKey.cachePrepStmts).setValue(true);
    assertThat(base().restored()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SQL_MODE=''", "max_execution_time=1,sql_mode = ''", "@@session.sql_mode:=''"})
  void a_mode_is_the_application_s_however_it_is_written(String sessionVariables) {
    properties.<String>getProperty(PropertyKey.sessionVariables).setValue(sessionVariables);
    assertThat(base("sql_mode", "ANSI_QUOTES").strict()).isNull();
  }

  @Test
  void a_value_that_names_the_mode_chooses_none() {
    properties.<String>getProperty(PropertyKey.sessionVariables).setValue("@note='my sql_mode'");
    assertThat(base("sql_mode", "ANSI_QUOTES").strict()).isNotNull();
  }
}
