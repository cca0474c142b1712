package dev.thaw.internal.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.mysql.cj.conf.PropertyDefinition;
import com.mysql.cj.conf.PropertyDefinitions;
import com.mysql.cj.conf.PropertyKey;
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
        DriverProperties.checked(name, value == null ? "x" : value.toString());
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
        .isThrownBy(() -> DriverProperties.checked(name, "true"))
        .withMessageContaining("cannot be set: ");
  }

  @Test
  void the_message_names_the_setting_to_use() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DriverProperties.checked("useSSL", "false"))
        .withMessage("The driver property useSSL cannot be set: use sslMode and sslCa");
  }

  @ParameterizedTest
  @CsvSource({
    "rewriteBatchedStatement, rewriteBatchedStatements",
    "serverTimeZone, serverTimezone",
    "useCursorsFetch, useCursorFetch"
  })
  void an_unknown_name_is_an_error_with_the_nearest_one(String name, String nearest) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DriverProperties.checked(name, "true"))
        .withMessage("The driver has no property \"" + name + "\"; did you mean " + nearest + "?");
  }

  @Test
  void a_name_that_resembles_none_is_an_error() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DriverProperties.checked("poolSizeOfThis", "5"))
        .withMessage("The driver has no property \"poolSizeOfThis\"");
  }

  @Test
  void a_value_that_the_driver_does_not_take_is_an_error() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DriverProperties.checked("useCursorFetch", "perhaps"))
        .withMessageContaining("useCursorFetch")
        .withMessageContaining("wrong value");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DriverProperties.checked("zeroDateTimeBehavior", "nothing"))
        .withMessageContaining("zeroDateTimeBehavior");
  }

  @Test
  void a_name_in_any_case_is_spelt_as_the_driver_spells_it() {
    assertThat(DriverProperties.checked("USECURSORFETCH", "true")).isEqualTo("useCursorFetch");
    assertThat(DriverProperties.checked("serverTimezone", "UTC")).isEqualTo("connectionTimeZone");
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
        .isThrownBy(() -> DriverProperties.checked("sessionVariables", value))
        .withMessageContaining("use JDBC's setters");
  }

  @Test
  void what_changes_the_request_for_tls_is_known() {
    assertThat(DriverProperties.changeHandshake(Map.of("useAffectedRows", "true"))).isTrue();
    assertThat(DriverProperties.changeHandshake(Map.of("useCursorFetch", "true"))).isFalse();
  }
}
