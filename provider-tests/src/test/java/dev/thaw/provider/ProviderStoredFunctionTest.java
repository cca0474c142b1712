package dev.thaw.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.PooledConnectionProvider;
import dev.thaw.fixture.Sql;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Stored functions that bear the name of a function that is built in to some server. */
@DatabaseTest
class ProviderStoredFunctionTest {
  private final TestSchema schema;
  private final DatabaseServer server;

  ProviderStoredFunctionTest(TestSchema schema, DatabaseServer server) {
    this.schema = schema;
    this.server = server;
  }

  /** Names of functions that some server has built in. */
  static Stream<String> names() {
    return Stream.of(
            // Built in to both servers; some only if the parenthesis follows at once.
            "abs concat count now sum uuid",
            // Window functions: stored ones on MariaDB if a space follows.
            "cume_dist dense_rank first_value lag lead nth_value ntile percent_rank rank",
            "row_number",
            // Not built in to every MariaDB.
            "against any_value bin_to_uuid columns escape format_bytes format_pico_time",
            "geometrycollection grouping gtid_subset gtid_subtract is_uuid json_overlaps",
            "json_pretty json_schema_valid json_schema_validation_report json_storage_free",
            "json_storage_size json_table lateral linestring mbrcoveredby mbrcovers",
            "multilinestring multipoint multipolygon of point polygon random_bytes",
            "regexp_like rollup st_collect st_geohash st_isvalid st_latfromgeohash",
            "st_latitude st_longfromgeohash st_longitude st_makeenvelope st_numinteriorring",
            "st_pointfromgeohash st_simplify st_swapxy st_transform st_validate",
            "statement_digest statement_digest_text uuid_to_bin validate_password_strength",
            // Not built in to every MySQL.
            "md5 sha1 json_exists natural_sort_key")
        .flatMap(line -> Stream.of(line.split(" ")));
  }

  @ParameterizedTest
  @MethodSource("names")
  void leave_nothing_to_the_next_borrower(String name) throws SQLException {
    String function = "`" + schema.name() + "`.`" + name + "`";
    try (Connection admin = server.connect()) {
      Sql.execute(
          admin,
          "CREATE FUNCTION "
              + function
              + "() RETURNS INT NO SQL BEGIN SET @seen = 1; RETURN 1; END");
      try (PooledConnectionProvider provider = schema.provider().maxSize(1).build()) {
        for (String call : List.of(name + "()", name + " ()", function + "()")) {
          try (Connection connection = provider.get()) {
            Sql.execute(connection, "SELECT " + call);
          } catch (SQLException e) {
            // The server does not take it for the call of a stored function.
            assertThat(call).isNotEqualTo(function + "()");
          }
          try (Connection connection = provider.get()) {
            assertThat(Sql.string(connection, "SELECT @seen IS NULL")).as(call).isEqualTo("1");
          }
        }
      } finally {
        Sql.execute(admin, "DROP FUNCTION " + function);
      }
    }
  }
}
