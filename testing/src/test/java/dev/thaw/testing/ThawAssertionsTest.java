package dev.thaw.testing;

import static dev.thaw.testing.ThawAssertions.assertThat;
import static dev.thaw.testing.ThawAssertions.noSecretsIn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.ConnectionProvider;
import dev.thaw.RetireReason;
import java.sql.SQLException;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The kit's own assertions; AssertJ's, whose static import stands beside ours, check them. */
@DatabaseTest
class ThawAssertionsTest {

  @Test
  void what_a_provider_has_done_passes(ConnectionProvider db) throws SQLException {
    for (int i = 0; i < 10; i++) {
      db.get().close();
    }

    assertThat(db).hasOpened(1).hasReused(9).hasRefusedLogins(0).hasIdle(1).hasActive(0);
    assertThat(db).hasRetired(RetireReason.BROKEN, 0);
    assertThat(db.stats().maxSize()).isEqualTo(5);
  }

  @Test
  void each_number_fails_that_is_another_one(ConnectionProvider db) throws SQLException {
    db.get().close();

    fails("opened to be 2, but it is 1", db, it -> it.hasOpened(2));
    fails("reused to be 9, but it is 0", db, it -> it.hasReused(9));
    fails("refusedLogins to be 1, but it is 0", db, it -> it.hasRefusedLogins(1));
    fails("active to be 1, but it is 0", db, it -> it.hasActive(1));
    fails("idle to be 0, but it is 1", db, it -> it.hasIdle(0));
    fails(
        "retired for BROKEN to be 3, but it is 0", db, it -> it.hasRetired(RetireReason.BROKEN, 3));
  }

  private static void fails(
      String message, ConnectionProvider db, Consumer<ProviderAssert> assertion) {
    ProviderAssert asserted = assertThat(db);
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> assertion.accept(asserted))
        .withMessageStartingWith("expected " + message)
        .withMessageEndingWith(Objects.toString(db.stats()));
  }

  @Test
  void a_password_that_the_kit_has_made_is_found_and_not_shown_again(
      TestSchema schema, DatabaseServer server) {
    String password = schema.credentials().password();

    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> noSecretsIn("started\nlogin with " + password + ".\nready"))
        .withMessage("expected no secret, but the text shows:\n  line 2: login with ***.");
    noSecretsIn("started\nlogin as " + schema.credentials().username() + " at " + server.host());
  }

  @Test
  void a_given_secret_is_found_as_text_in_a_url_and_over_several_lines() {
    noSecretsIn("nothing here", "geheim&1");

    assertThatThrownBy(() -> noSecretsIn("password=geheim&1", "geheim&1"))
        .hasMessageEndingWith("line 1: password=***");
    assertThatThrownBy(() -> noSecretsIn("jdbc:mysql://h/?password=geheim%261", "geheim&1"))
        .hasMessageEndingWith("line 1: jdbc:mysql://h/?password=***");
    assertThatThrownBy(() -> noSecretsIn("a\nkey\nend\nb", "key\nend"))
        .isInstanceOf(AssertionError.class)
        .hasMessageNotContaining("key");
    assertThatThrownBy(() -> noSecretsIn("text", " ")).isInstanceOf(IllegalArgumentException.class);
  }
}
