package dev.thaw.examples.recipes;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.ConnectionProvider;
import dev.thaw.SslMode;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

// @start region="tls"
@DatabaseTest
class VerifiedTlsTest {
  @Test
  void only_a_server_of_the_right_authority_is_trusted(TestSchema schema, DatabaseServer server)
      throws SQLException {
    try (ConnectionProvider db =
            schema
                .provider()
                .sslMode(SslMode.VERIFY_IDENTITY)
                .sslCa(server.caCertificate())
                .build();
        Connection connection = db.get()) {
      assertTrue(connection.isValid(1));
    }
    try (ConnectionProvider db = schema.provider().sslMode(SslMode.VERIFY_IDENTITY).build()) {
      assertThrows(SQLException.class, db::get); // the JDK's own authorities do not know it
    }
  }
}
// @end region="tls"
