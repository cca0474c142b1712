package dev.thaw.internal.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.util.Throwables.getStackTrace;

import com.mysql.cj.conf.PropertyDefinition;
import com.mysql.cj.conf.PropertyDefinitions;
import com.mysql.cj.conf.PropertyKey;
import dev.thaw.internal.settings.Setting;
import dev.thaw.internal.settings.SettingValues;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of the driver's properties an application may set. */
class DriverPropertiesTest {
  private static final Set<String> REFUSED_CATEGORIES =
      Set.of(
          PropertyDefinitions.CATEGORY_AUTH,
          PropertyDefinitions.CATEGORY_HA,
          PropertyDefinitions.CATEGORY_XDEVAPI);

  @Test
  void what_the_driver_documents_may_be_set_or_the_error_says_why_not() {
    Set<String> allowed = new TreeSet<>();
    for (Map.Entry<PropertyKey, PropertyDefinition<?>> each :
        PropertyDefinitions.PROPERTY_KEY_TO_PROPERTY_DEFINITION.entrySet()) {
      String name = each.getKey().getKeyName();
      try {
        Object value = each.getValue().getDefaultValue();
        checked(name, value == null ? "" : value.toString());
        allowed.add(name);
        assertThat(REFUSED_CATEGORIES).doesNotContain(each.getValue().getCategory());
      } catch (IllegalArgumentException e) {
        assertThat(e)
            .hasMessageMatching("The driver property \\Q" + name + "\\E cannot be set: .{9,}");
      }
    }
    assertThat(allowed)
        .contains(
            "rewriteBatchedStatements",
            "connectionTimeZone",
            "forceConnectionTimeZoneToSession",
            "zeroDateTimeBehavior",
            "tinyInt1isBit",
            "useAffectedRows",
            "useServerPrepStmts",
            "cachePrepStmts",
            "useCursorFetch",
            "defaultFetchSize",
            "connectionCollation",
            "sessionVariables",
            "connectionAttributes",
            "allowMultiQueries",
            "allowLoadLocalInfileInPath",
            "useCompression",
            "maxAllowedPacket",
            "databaseTerm");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "allowLoadLocalInfile",
        "allowUrlInLocalInfile",
        "allowPublicKeyRetrieval",
        "authenticationPlugins",
        "autoReconnect",
        "connectionLifecycleInterceptors",
        "exceptionInterceptors",
        "password",
        "password2",
        "propertiesTransform",
        "queryInterceptors",
        "socketFactory",
        "SSLMODE",
        "sslMode",
        "trustCertificateKeyStoreUrl",
        "traceProtocol",
        "useLocalSessionState",
        "verifyServerCertificate"
      })
  void what_this_library_owns_or_what_endangers_a_secret_is_refused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> checked(name, "true"))
        .withMessageContaining("cannot be set: ");
  }

  @Test
  void the_message_names_the_setting_to_use() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> checked("useSSL", "false"))
        .withMessage(
            "The driver property useSSL cannot be set: use the settings sslMode and sslCa");
  }

  @ParameterizedTest
  @CsvSource({
    "sslMode, ORDERS_DB_SSL_MODE and ORDERS_DB_SSL_CA",
    "socketTimeout, ORDERS_DB_QUERY_TIMEOUT",
    "connectTimeout, ORDERS_DB_POOL_ACQUIRE_TIMEOUT",
    "useLocalSessionState, 'ORDERS_DB_AUTO_COMMIT, ORDERS_DB_READ_ONLY and"
        + " ORDERS_DB_TRANSACTION_ISOLATION'",
    "sessionVariables, ORDERS_DB_AUTO_COMMIT",
  })
  void the_message_names_the_variable_to_use_where_variables_are_read(
      String name, String variable) {
    SettingValues variables = new SettingValues();
    variables.readsVariables("ORDERS_");
    String value = name.equals("sessionVariables") ? "autocommit=0" : "1";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DriverProperties.checked(name, value, variables))
        .withMessageContaining(variable)
        .withMessageNotContaining("{");
  }

  @ParameterizedTest
  @CsvSource({
    "rewriteBatchedStatement, rewriteBatchedStatements",
    "serverTimeZone, serverTimezone",
    "useCursorsFetch, useCursorFetch"
  })
  void an_unknown_name_is_an_error_with_the_nearest_one(String name, String nearest) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> checked(name, "true"))
        .withMessage("The driver has no property \"" + name + "\"; did you mean " + nearest + "?");
  }

  @Test
  void a_name_that_resembles_none_is_an_error() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> checked("poolSizeOfThis", "5"))
        .withMessage("The driver has no property \"poolSizeOfThis\"");
  }

  @Test
  void a_name_in_any_case_is_spelt_as_the_driver_spells_it() {
    assertThat(checked("USECURSORFETCH", "true")).isEqualTo("useCursorFetch");
    assertThat(checked("serverTimezone", "UTC")).isEqualTo("connectionTimeZone");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "autocommit=0",
        "sql_mode='',AutoCommit=0",
        "transaction_isolation='SERIALIZABLE'",
        "@@session.tx_read_only=1",
        "character_set_results=NULL"
      })
  void session_variables_that_this_library_keeps_are_refused(String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> checked("sessionVariables", value))
        .withMessageContaining("use JDBC's setters");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GLOBAL max_connections=1",
        "@@global.max_connections=1",
        "sql_mode='', @@GLOBAL . max_connections=1",
        "sql_mode='';@@persist.max_connections=1",
        "a=1, /* x */ PERSIST_ONLY max_connections=1",
        "persist max_connections=1",
      })
  void session_variables_reach_no_further_than_the_session(String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> checked("sessionVariables", value))
        .withMessageStartingWith("The driver property sessionVariables cannot set ")
        .withMessageEndingWith("each connection would change the server for all others");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "group_concat_max_len=@@global.max_allowed_packet",
        "@note='global',sql_mode='ANSI_QUOTES'",
        "sort_buffer_size = 262144; @persistent=1",
      })
  void session_variables_may_be_read_from_anywhere(String value) {
    assertThat(checked("sessionVariables", value)).isEqualTo("sessionVariables");
  }

  @ParameterizedTest
  @CsvSource({
    "connectionTimeZone, Europe/S3cr3t",
    "connectionTimeZone, +25:00",
    "connectionTimeZone, local",
    "clobCharacterEncoding, s3cr3t-8",
    "passwordCharacterEncoding, 's3cr3t 8'",
    "customCharsetMapping, s3cr3t",
    "useCursorFetch, s3cr3t1234",
    "defaultFetchSize, s3cr3t1234",
    "zeroDateTimeBehavior, s3cr3t1234",
    "blobSendChunkSize, s3cr3t1234",
  })
  void a_value_that_the_driver_would_refuse_is_an_error_and_not_shown(String name, String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> checked(name, value))
        .withMessageContainingAll(name, "wrong value")
        .satisfies(e -> assertThat(getStackTrace(e)).doesNotContain("s3cr3t", "S3cr3t", "+25:00"));
  }

  @ParameterizedTest
  @CsvSource({
    "connectionTimeZone, LOCAL",
    "connectionTimeZone, SERVER",
    "connectionTimeZone, Europe/Berlin",
    "connectionTimeZone, +05:00",
    "clobCharacterEncoding, UTF-8",
    "customCharsetMapping, 'utf8mb4:UTF-8,latin1:Cp1252'",
  })
  void a_value_that_the_driver_takes_is_none(String name, String value) {
    assertThat(checked(name, value)).isEqualTo(name);
  }

  @Test
  void a_collation_that_the_driver_would_pass_over_is_an_error() {
    DriverProperties.checkTogether(Map.of("connectionCollation", "utf8mb4_unicode_ci"));
    DriverProperties.checkTogether(
        Map.of("connectionCollation", "own_ci", "detectCustomCollations", "true"));
    for (String collation : Set.of("own_ci", "utf8mb4_uca1400_ai_ci", "UTF8MB4_UNICODE_CI")) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> DriverProperties.checkTogether(Map.of("connectionCollation", collation)))
          .withMessageStartingWith("The driver property connectionCollation has a wrong value: ");
    }
  }

  @Test
  void what_the_server_says_of_a_value_is_not_repeated() {
    Map<String, String> own =
        Map.of("sessionVariables", "@key='s3cr3t 1'", "useCursorFetch", "true");
    SQLException server = new SQLException("You have an error near 's3cr3t 1'", "42000", 1064);
    assertThat(hidden(server, own, true))
        .hasMessage(
            "what the driver properties sessionVariables set was refused (error 1064); the message"
                + " is not shown, as it may repeat a value")
        .hasFieldOrPropertyWithValue("errorCode", 1064)
        .satisfies(e -> assertThat(getStackTrace(e)).doesNotContain("s3cr3t"));
    SQLException driver = new SQLException("outer", new RuntimeException("bad: @key='s3cr3t 1'"));
    assertThat(getStackTrace(hidden(driver, own, false))).doesNotContain("s3cr3t");

    SQLException refused = new SQLException("Access denied", "28000", 1045);
    assertThat(hidden(refused, own, false)).isSameAs(refused);
    SQLException full = new SQLException("Too many connections", "08004", 1040);
    assertThat(hidden(full, own, true)).isSameAs(full);
    assertThat(hidden(server, Map.of("useCursorFetch", "true"), true)).isSameAs(server);
  }

  @Test
  void what_changes_the_request_for_tls_is_known() {
    assertThat(DriverProperties.changeHandshake(Map.of("useAffectedRows", "true"))).isTrue();
    assertThat(DriverProperties.changeHandshake(Map.of("useCursorFetch", "true"))).isFalse();
  }

  private static Throwable hidden(SQLException e, Map<String, String> own, boolean loggedIn) {
    return DriverPropertyValues.hidden(e, own, loggedIn);
  }

  private static String checked(String name, String value) {
    return DriverProperties.checked(name, value, Setting::name);
  }
}
