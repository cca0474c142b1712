package dev.thaw.examples.assetapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.thaw.ConnectionProvider;
import dev.thaw.examples.assetapi.assets.JdbcAssetRepository;
import dev.thaw.testing.DatabaseTest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DatabaseTest(schema = "schema.sql")
class FuzzTest {
  private static final int EVENTS = 3000;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private List<RequestStreamHandler> handlers;

  @BeforeEach
  void make_the_handlers(ConnectionProvider db) {
    JdbcAssetRepository assets = new JdbcAssetRepository(db::get, InstantSource.system());
    Cors cors = Cors.of("*");
    handlers =
        List.of(
            new ListAssets(assets, cors),
            new GetAsset(assets, cors),
            new CreateAsset(assets, cors));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void a_malformed_event_is_the_clients_mistake_and_says_why(long seed) {
    MalformedEvents events = new MalformedEvents(new Random(seed));
    for (int i = 0; i < EVENTS; i++) {
      int route = i % handlers.size();
      byte[] event = events.next(route);
      Answer answer = Answer.of(handlers.get(route), event, TIMEOUT);
      String shown = "seed " + seed + ", event " + i + ": " + new String(event, UTF_8);
      assertThat(answer.status()).as(shown).isEqualTo(400);
      assertThat(answer.header("Access-Control-Allow-Origin")).as(shown).isEqualTo("*");
      assertThat(answer.body()).as(shown).containsEntry("success", false);
      assertThat(answer.body().getString("error")).as(shown).isNotBlank();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5})
  void bytes_changed_at_random_never_make_the_function_fail(long seed) {
    Random random = new Random(seed);
    MalformedEvents events = new MalformedEvents(random);
    for (int i = 0; i < EVENTS; i++) {
      int route = i % handlers.size();
      byte[] event = events.flipped(route);
      Answer answer = Answer.of(handlers.get(route), event, TIMEOUT);
      assertThat(answer.status())
          .as("seed %s, event %s: %s", seed, i, new String(event, UTF_8))
          .isIn(200, 201, 400, 404, 405, 409);
    }
  }
}
