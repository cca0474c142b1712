package dev.thaw.examples.assetapi.assets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.ConnectionProvider;
import dev.thaw.Deadline;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.Isolation;
import dev.thaw.testing.fault.MovableClock;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What both repositories do alike, so that an application may take the one that it likes. */
@DatabaseTest(
    schema = "/dev/thaw/examples/assetapi/schema.sql",
    isolation = Isolation.SCHEMA_PER_TEST)
abstract class AssetRepositoryContract {
  private static final Instant START = Instant.parse("2026-11-01T12:00:00.123456789Z");

  private final MovableClock clock = new MovableClock(START);
  private AssetRepository assets;

  abstract AssetRepository repository(ConnectionProvider db, MovableClock clock);

  @BeforeEach
  void make_the_repository(ConnectionProvider db) {
    assets = repository(db, clock);
  }

  @Test
  void finds_what_it_has_created() throws Exception {
    Asset saw = create("saw", "S-1", Optional.of("tools"));
    assertThat(saw.name()).isEqualTo("saw");
    assertThat(saw.serialNumber()).isEqualTo("S-1");
    assertThat(saw.category()).contains("tools");
    assertThat(saw.createdAt()).isEqualTo("2026-11-01T12:00:00.123456Z");
    assertThat(assets.find(saw.id(), deadline())).contains(saw);
    assertThat(assets.find(saw.id() + 1, deadline())).isEmpty();
  }

  @Test
  void lists_the_latest_first() throws Exception {
    Asset saw = create("saw", "S-1", Optional.empty());
    clock.advance(Duration.ofNanos(1000));
    Asset drill = create("drill", "S-2", Optional.empty());
    Asset file = create("file", "S-3", Optional.empty());
    assertThat(assets.latest(10, deadline())).containsExactly(file, drill, saw);
    assertThat(assets.latest(2, deadline())).isEqualTo(List.of(file, drill));
  }

  @Test
  void tells_a_duplicate_from_other_failures() throws Exception {
    create("saw", "S-1", Optional.empty());
    assertThatThrownBy(() -> create("drill", "S-1", Optional.empty()))
        .isInstanceOfSatisfying(
            SQLIntegrityConstraintViolationException.class,
            e -> assertThat(e.getErrorCode()).isEqualTo(1062));
    create("other case", "s-1", Optional.empty());
    assertThatThrownBy(() -> create("x".repeat(101), "S-2", Optional.empty()))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("Data too long");
  }

  private Asset create(String name, String serialNumber, Optional<String> category)
      throws SQLException {
    return assets.create(new NewAsset(name, serialNumber, category), deadline());
  }

  private static Deadline deadline() {
    return Deadline.after(Duration.ofSeconds(30));
  }
}
