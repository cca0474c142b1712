package dev.thaw.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.thaw.RetireReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The lines against what the Amazon CloudWatch User Guide asks for, "Specification: Embedded metric
 * format".
 */
class EmfMetricsTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_123L);
  private static final Set<String> UNITS = Set.of("Count", "Milliseconds");

  private final List<String> lines = new ArrayList<>();

  private EmfMetrics metrics(Map<String, String> environment) {
    return new EmfMetrics(environment, lines::add, () -> NOW);
  }

  /** Returns the only line, after a check of all that the specification demands. */
  private JsonObject line() {
    assertThat(lines).hasSize(1);
    String text = lines.remove(0);
    assertThat(text).doesNotContain("\n", "\r").hasSizeLessThan(1_000_000);
    JsonObject root = parsed(text);
    JsonObject aws = root.getObject("_aws");
    assertThat(aws.getNumber("Timestamp").longValue()).isEqualTo(NOW.toEpochMilli());
    for (Object each : aws.getArray("CloudWatchMetrics")) {
      JsonObject directive = (JsonObject) each;
      assertThat(directive.getString("Namespace")).matches("[A-Za-z0-9._#:/-]{1,255}");
      for (Object set : directive.getArray("Dimensions")) {
        assertThat((JsonArray) set)
            .hasSizeBetween(1, 30)
            .allSatisfy(name -> assertThat(root.getString((String) name)).isNotBlank());
      }
      assertThat(directive.getArray("Metrics"))
          .hasSizeBetween(1, 100)
          .allSatisfy(
              metric -> {
                JsonObject definition = (JsonObject) metric;
                assertThat(UNITS).contains(definition.getString("Unit"));
                assertThat(root.get(definition.getString("Name"))).isInstanceOf(Number.class);
              });
    }
    return root;
  }

  private static JsonObject parsed(String text) {
    try {
      return JsonParser.object().from(text);
    } catch (JsonParserException e) {
      throw new AssertionError(text, e);
    }
  }

  @Test
  void a_connect_has_its_time_and_the_reuses_since_the_last_one() {
    EmfMetrics metrics = metrics(Map.of());
    metrics.connected("orders", "db:3306/app", Duration.ofMillis(42));
    JsonObject first = line();
    assertThat(first.getInt("ConnectTime")).isEqualTo(42);
    assertThat(first.getInt("Reuses", -1)).isZero();
    assertThat(first.getString("server")).isEqualTo("db:3306/app");
    assertThat(first.getString("pool")).isEqualTo("orders");
    metrics.reused("orders");
    metrics.reused("orders");
    metrics.reused("audit");
    assertThat(lines).isEmpty();
    metrics.connected("orders", "db:3306/app", Duration.ofMillis(1));
    assertThat(line().getInt("Reuses")).isEqualTo(2);
  }

  @Test
  void rare_events_have_a_line_each() {
    EmfMetrics metrics = metrics(Map.of());
    metrics.retired("orders", RetireReason.IDLE);
    JsonObject retired = line();
    assertThat(retired.getInt("Retired")).isOne();
    assertThat(retired.getString("reason")).isEqualTo("IDLE");
    metrics.loginRefused("orders", Optional.of("v1"));
    assertThat(line().getInt("LoginsRefused")).isOne();
    metrics.credentialsRefreshed("orders", Optional.empty());
    assertThat(line().getInt("CredentialsRefreshed")).isOne();
    metrics.staleCredentialsServed("orders", Instant.EPOCH);
    assertThat(line().getInt("StaleCredentials")).isOne();
    Map<String, Duration> phases = new LinkedHashMap<>();
    phases.put("pool", Duration.ofMillis(30));
    phases.put("back-off", Duration.ofMillis(4));
    metrics.deadlineMissed("orders", Duration.ofMillis(34), phases);
    JsonObject missed = line();
    assertThat(missed.getInt("DeadlinesMissed")).isOne();
    assertThat(missed.getInt("DeadlineWait")).isEqualTo(34);
    assertThat(missed.getString("phase_back-off")).isEqualTo("4 ms");
  }

  @Test
  void namespace_and_service_are_those_of_powertools() {
    metrics(Map.of()).loginRefused("p", Optional.empty());
    assertThat(line().getString("service")).isEqualTo("service_undefined");
    metrics(Map.of("AWS_LAMBDA_FUNCTION_NAME", "list")).loginRefused("p", Optional.empty());
    assertThat(line().getString("service")).isEqualTo("list");
    metrics(
            Map.of(
                "AWS_LAMBDA_FUNCTION_NAME", "list",
                "POWERTOOLS_SERVICE_NAME", "assets",
                "POWERTOOLS_METRICS_NAMESPACE", "Shop"))
        .loginRefused("p", Optional.empty());
    JsonObject line = line();
    assertThat(line.getString("service")).isEqualTo("assets");
    JsonObject directive = (JsonObject) line.getObject("_aws").getArray("CloudWatchMetrics").get(0);
    assertThat(directive.getString("Namespace")).isEqualTo("Shop");
  }

  @Test
  void texts_are_escaped() {
    metrics(Map.of("POWERTOOLS_SERVICE_NAME", "a\"b\\c\nd\u0001"))
        .loginRefused("p", Optional.empty());
    assertThat(line().getString("service")).isEqualTo("a\"b\\c\nd\u0001");
  }
}
