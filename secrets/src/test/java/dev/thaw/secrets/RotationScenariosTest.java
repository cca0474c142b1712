package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.thaw.PooledConnectionProvider;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.aws.FakeSecretsManager;
import dev.thaw.testing.aws.SecretRotation;
import dev.thaw.testing.fault.MovableClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Rotations of a secret under load, on a real server: four threads borrow all the time, and each
 * connection is physically opened anew for each borrow. With all that is logged, thrown and printed
 * meanwhile, no password may be seen.
 */
@DatabaseTest
class RotationScenariosTest {
  private static final String SECRET = "orders/database";
  private static final int ROTATIONS = 10;

  private final TestSchema schema;
  private final DatabaseServer server;
  private FakeSecretsManager secretsManager;
  private SecretWatch watch;
  private DatabaseCredentials user;

  RotationScenariosTest(TestSchema schema, DatabaseServer server) {
    this.schema = schema;
    this.server = server;
  }

  @BeforeEach
  void start() throws SQLException {
    watch = new SecretWatch();
    secretsManager = FakeSecretsManager.start();
    user = schema.createUser();
    secretsManager.createSecret(SECRET, user);
  }

  @AfterEach
  void stop() {
    try (SecretWatch watched = watch) {
      secretsManager.close();
      watched.assertNothingSeen();
    }
  }

  private SecretsManagerCredentialsSource.Builder source() {
    return SecretsManagerCredentialsSource.builder()
        .secretId(SECRET)
        .region(secretsManager.region())
        .endpoint(secretsManager.endpoint());
  }

  /** Every connection is too old when it is given back, so each get opens one. */
  private PooledConnectionProvider reopening(CredentialsSource source) {
    return watch.build(
        PooledConnectionProvider.builder()
            .credentials(watch.over(source))
            .maxLifetime(Duration.ofMillis(1))
            .giveBackWhenFull(false));
  }

  @Test
  void no_get_fails_while_a_single_user_is_rotated_and_each_rotation_costs_one_refused_login()
      throws Exception {
    try (PooledConnectionProvider provider = reopening(source().build());
        SecretRotation rotation = SecretRotation.singleUser(secretsManager, SECRET, server);
        Borrowers borrowers = new Borrowers(provider)) {
      borrowers.awaitMoreGets(3);
      for (int i = 0; i < ROTATIONS; i++) {
        rotation.createSecret();
        rotation.setSecret();
        // Between the new password at the server and the new AWSCURRENT.
        borrowers.awaitMoreGets(10);
        rotation.finishSecret();
        borrowers.awaitMoreGets(5);
        assertThat(borrowers.failures()).isEmpty();
        assertThat(provider.stats().refusedLogins()).isLessThanOrEqualTo(i + 1);
      }
      assertThat(provider.stats().refusedLogins()).isPositive();
    }
  }

  @Test
  void no_get_fails_in_a_long_window_in_which_only_the_pending_version_works() throws Exception {
    try (PooledConnectionProvider provider = reopening(source().build());
        SecretRotation rotation = SecretRotation.singleUser(secretsManager, SECRET, server);
        Borrowers borrowers = new Borrowers(provider)) {
      borrowers.awaitMoreGets(3);
      rotation.createSecret();
      borrowers.awaitMoreGets(5);
      rotation.setSecret();
      borrowers.awaitMoreGets(50);
      assertThat(provider.stats().refusedLogins()).isLessThanOrEqualTo(1);

      try (PooledConnectionProvider lateComer = reopening(source().build());
          Borrowers more = new Borrowers(lateComer)) {
        more.awaitMoreGets(20);
        assertThat(more.failures()).isEmpty();
        assertThat(lateComer.stats().refusedLogins()).isOne();
        rotation.testSecret();
        rotation.finishSecret();
        more.awaitMoreGets(20);
        assertThat(more.failures()).isEmpty();
      }
      borrowers.awaitMoreGets(20);
      assertThat(borrowers.failures()).isEmpty();
    }
  }

  @Test
  void with_alternating_users_no_get_fails_and_the_pool_ends_up_with_the_new_user()
      throws Exception {
    MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
    SecretsManagerCredentialsSource source =
        source().wallClock(clock).nanoClock(clock::nanoTime).ttl(Duration.ofMinutes(5)).build();
    try (PooledConnectionProvider provider =
            watch.build(
                PooledConnectionProvider.builder()
                    .credentials(watch.over(source))
                    .maxLifetime(Duration.ofMinutes(1))
                    .wallClock(clock)
                    .nanoClock(clock::nanoTime));
        SecretRotation rotation = SecretRotation.alternatingUsers(secretsManager, SECRET, server);
        Borrowers borrowers = new Borrowers(provider)) {
      borrowers.awaitMoreGets(3);
      for (int i = 0; i < 3; i++) {
        rotation.rotate();
        borrowers.awaitMoreGets(5);
        clock.advance(Duration.ofMinutes(6));
        borrowers.awaitMoreGets(10);
      }
      assertThat(borrowers.failures()).isEmpty();
      borrowers.end();
      assertThat(provider.stats().refusedLogins()).isZero();
      assertThat(usersInPool(provider)).containsExactly(user.username() + "_clone");
    }
  }

  @Test
  void with_alternating_users_no_get_fails_when_the_user_of_the_cached_secret_is_rotated()
      throws Exception {
    try (PooledConnectionProvider provider = reopening(source().build());
        SecretRotation rotation = SecretRotation.alternatingUsers(secretsManager, SECRET, server);
        Borrowers borrowers = new Borrowers(provider)) {
      borrowers.awaitMoreGets(3);
      rotation.rotate();
      borrowers.awaitMoreGets(5);
      assertThat(provider.stats().refusedLogins()).isZero();
      // The second one gives the first user another password, within the time to live.
      rotation.rotate();
      borrowers.awaitMoreGets(5);
      assertThat(borrowers.failures()).isEmpty();
      assertThat(provider.stats().refusedLogins()).isOne();
    }
  }

  private void assertRefused(PooledConnectionProvider provider) {
    Throwable failure = catchThrowable(provider::get);
    watch.show(failure);
    assertThat(failure)
        .isInstanceOfSatisfying(
            SQLInvalidAuthorizationSpecException.class,
            e -> {
              assertThat(e.getSQLState()).isEqualTo("28000");
              assertThat(e.getErrorCode()).isEqualTo(1045);
            })
        .hasCauseInstanceOf(SQLException.class);
  }

  private static Set<String> usersInPool(PooledConnectionProvider provider) throws SQLException {
    // Held together: one after the other could be the same one each time.
    List<Connection> held = new ArrayList<>();
    Set<String> users = new HashSet<>();
    int idle = provider.stats().idle();
    long opened = provider.stats().opened();
    for (int i = 0; i < idle; i++) {
      Connection connection = provider.get();
      held.add(connection);
      users.add(userOf(connection));
    }
    assertThat(provider.stats().opened()).isEqualTo(opened);
    for (Connection connection : held) {
      connection.close();
    }
    return users;
  }

  private static String userOf(Connection connection) throws SQLException {
    return Sql.string(connection, "SELECT SUBSTRING_INDEX(CURRENT_USER(), '@', 1)");
  }

  @Test
  void a_password_that_is_simply_wrong_is_an_error_at_once_and_few_logins() throws SQLException {
    schema.setPassword(user.username(), "changed-by-hand-" + ThreadLocalRandom.current().nextInt());
    try (PooledConnectionProvider provider = reopening(source().build())) {
      assertRefused(provider);
      assertThat(provider.stats().refusedLogins()).isLessThanOrEqualTo(2);
      for (int i = 0; i < 50; i++) {
        assertRefused(provider);
      }
      assertThat(provider.stats().refusedLogins()).isLessThanOrEqualTo(4);
    }
  }

  @Test
  void a_wrong_password_that_is_put_right_is_tried_anew() throws SQLException {
    schema.setPassword(user.username(), "changed-by-hand");
    try (PooledConnectionProvider provider = reopening(source().build())) {
      assertRefused(provider);
      schema.setPassword(user.username(), user.password());
      provider.get().close();
    }
  }
}
