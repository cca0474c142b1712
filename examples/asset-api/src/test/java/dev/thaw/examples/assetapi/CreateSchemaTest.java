package dev.thaw.examples.assetapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.ConnectionProvider;
import dev.thaw.examples.assetapi.assets.JdbcAssetRepository;
import dev.thaw.examples.assetapi.http.Cors;
import dev.thaw.testing.DatabaseTest;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

@DatabaseTest
class CreateSchemaTest {
  private final StubContext context = new StubContext(Duration.ofSeconds(30));

  @Test
  void creates_the_table_once_and_keeps_what_is_in_it(ConnectionProvider db) {
    JdbcAssetRepository assets = new JdbcAssetRepository(db::get, InstantSource.system());
    CreateAsset create = new CreateAsset(assets, Cors.of("*"));
    Event event = Event.create(PayloadFormat.REST_API, HandlersTest.asset("saw", "S-1"));

    CreateSchema createSchema = new CreateSchema(db);
    assertThat(createSchema.handleRequest(null, context)).isEqualTo("The table assets is there");
    assertThat(Answer.of(create, event).status()).isEqualTo(201);
    assertThat(createSchema.handleRequest(null, context)).isEqualTo("The table assets is there");
    assertThat(Answer.of(create, event).status()).isEqualTo(409);
  }

  @Test
  void fails_loudly(ConnectionProvider db) {
    db.close();
    assertThatThrownBy(() -> new CreateSchema(db).handleRequest(null, context))
        .isInstanceOf(IllegalStateException.class)
        .hasCauseInstanceOf(SQLException.class);
  }
}
