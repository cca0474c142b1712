package dev.thaw.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseCredentialsTest {
  private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

  private static final Map<String, UnaryOperator<DatabaseCredentials.Builder>> SETTERS =
      Map.of(
          "host", b -> b.host("db.example"),
          "port", b -> b.port(3307),
          "database", b -> b.database("orders"),
          "version", b -> b.version("v1"),
          "expiry", b -> b.expiry(NOON),
          "retrievedAt", b -> b.retrievedAt(NOON),
          "staleSince", b -> b.staleSince(NOON));

  private static DatabaseCredentials.Builder builder() {
    return DatabaseCredentials.builder("app", "s3cret");
  }

  @Test
  void hold_what_was_set() {
    DatabaseCredentials credentials =
        builder()
            .host("db.example")
            .port(3307)
            .database("orders")
            .version("v1")
            .expiry(NOON)
            .retrievedAt(NOON.minusSeconds(1))
            .staleSince(NOON.minusSeconds(2))
            .build();
    assertThat(credentials.username()).isEqualTo("app");
    assertThat(credentials.password()).isEqualTo("s3cret");
    assertThat(credentials.host()).contains("db.example");
    assertThat(credentials.port()).hasValue(3307);
    assertThat(credentials.database()).contains("orders");
    assertThat(credentials.version()).contains("v1");
    assertThat(credentials.expiry()).contains(NOON);
    assertThat(credentials.retrievedAt()).contains(NOON.minusSeconds(1));
    assertThat(credentials.staleSince()).contains(NOON.minusSeconds(2));
  }

  @Test
  void say_nothing_of_what_was_not_set() {
    DatabaseCredentials credentials = DatabaseCredentials.of("app", "");
    assertThat(credentials.password()).isEmpty();
    assertThat(credentials.host()).isEmpty();
    assertThat(credentials.port()).isEmpty();
    assertThat(credentials.database()).isEmpty();
    assertThat(credentials.version()).isEmpty();
    assertThat(credentials.expiry()).isEmpty();
    assertThat(credentials.retrievedAt()).isEmpty();
    assertThat(credentials.staleSince()).isEmpty();
  }

  static Stream<Arguments> setters() {
    return SETTERS.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("setters")
  void each_value_is_set_once(String name, UnaryOperator<DatabaseCredentials.Builder> setter) {
    DatabaseCredentials.Builder once = setter.apply(builder());
    assertThatIllegalStateException()
        .isThrownBy(() -> setter.apply(once))
        .withMessage(name + " is set already");
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 65_536})
  void reject_what_is_no_port(int port) {
    assertThatThrownBy(() -> builder().port(port))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("port is " + port + ", allowed are 1 to 65535");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 65_535})
  void accept_the_first_and_the_last_port(int port) {
    assertThat(builder().port(port).build().port()).hasValue(port);
  }

  @Test
  void reject_an_empty_user_name() {
    assertThatThrownBy(() -> DatabaseCredentials.of("", "s3cret"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("username is empty");
  }

  @Test
  @SuppressWarnings("NullAway") // what this is about
  void name_what_is_null() {
    assertThatNullPointerException()
        .isThrownBy(() -> DatabaseCredentials.of(null, "s3cret"))
        .withMessage("username");
    assertThatNullPointerException()
        .isThrownBy(() -> DatabaseCredentials.of("app", null))
        .withMessage("password");
    assertThatNullPointerException().isThrownBy(() -> builder().host(null)).withMessage("host");
    assertThatNullPointerException()
        .isThrownBy(() -> builder().version(null))
        .withMessage("version");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("setters")
  void differ_in_all_that_describes_login_and_server_but_not_in_when_they_were_read(
      String name, UnaryOperator<DatabaseCredentials.Builder> setter) {
    DatabaseCredentials with = setter.apply(builder()).build();
    DatabaseCredentials without = builder().build();
    boolean aboutReading = name.equals("retrievedAt") || name.equals("staleSince");
    assertThat(with.equals(without)).isEqualTo(aboutReading);
    assertThat(with.sameLogin(without)).isTrue();
    assertThat(with.sameConnect(without))
        .isEqualTo(!Set.of("host", "port", "database").contains(name));
    assertThat(with)
        .isEqualTo(setter.apply(builder()).build())
        .hasSameHashCodeAs(setter.apply(builder()).build());
  }

  @Test
  void differ_in_user_name_and_password() {
    DatabaseCredentials credentials = DatabaseCredentials.of("app", "s3cret");
    DatabaseCredentials otherUser = DatabaseCredentials.of("app_clone", "s3cret");
    DatabaseCredentials otherPassword = DatabaseCredentials.of("app", "S3cret");
    assertThat(credentials).isNotEqualTo(otherUser).isNotEqualTo(otherPassword);
    assertThat(credentials.sameLogin(otherUser)).isFalse();
    assertThat(credentials.sameLogin(otherPassword)).isFalse();
    assertThat(credentials.sameConnect(otherUser)).isFalse();
    assertThat(credentials.sameConnect(otherPassword)).isFalse();
    assertThat(credentials).isNotEqualTo("app").isNotEqualTo(null);
  }

  @Test
  void show_no_secret() {
    DatabaseCredentials credentials =
        builder()
            .host("db.example")
            .port(3307)
            .database("orders")
            .version("v1")
            .expiry(NOON)
            .build();
    assertThat(credentials)
        .hasToString(
            "DatabaseCredentials[username=***, password=***, host=db.example, port=3307,"
                + " database=orders, version=v1, expiry=2026-11-01T12:00:00Z]");
    assertThat(DatabaseCredentials.of("app", "s3cret"))
        .hasToString("DatabaseCredentials[username=***, password=***]");
  }

  @Test
  void a_source_of_one_lambda_knows_no_others_and_holds_nothing() throws SQLException {
    CredentialsSource source = deadline -> DatabaseCredentials.of("app", "s3cret");
    Deadline deadline = Deadline.after(Duration.ofSeconds(1));
    assertThat(source.refused(source.credentials(deadline), deadline)).isEmpty();
    source.invalidate();
    source.close();
    assertThat(source.credentials(deadline)).isEqualTo(DatabaseCredentials.of("app", "s3cret"));
  }
}
