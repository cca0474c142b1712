package dev.thaw.internal.mysql;

import dev.thaw.internal.net.TlsMode;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which methods of authentication the driver may use: the server chooses one, and it may be an
 * attacker's.
 *
 * <p>MySQL, "Authentication Plugins"; the names are those of the protocol.
 */
final class LoginMethods {
  /** From whose answers the password is found, or in which the server proves nothing. */
  private static final List<String> NEVER =
      List.of(
          "mysql_old_password",
          "authentication_ldap_sasl_client",
          "authentication_kerberos_client",
          "authentication_oci_client",
          "authentication_fido_client",
          "authentication_webauthn_client",
          "authentication_openid_connect_client");

  /** Sends the password as it is, for which the driver asks for no more than some TLS. */
  private static final String CLEAR = "mysql_clear_password";

  /** These send it as it is over TLS, the second if the server says that it has to see it. */
  private static final List<String> CLEAR_OVER_TLS =
      List.of("sha256_password", "caching_sha2_password");

  /** How the driver's message begins where it would need the server's public key without TLS. */
  private static final String PUBLIC_KEY = "Public Key Retrieval";

  /** The one that is left then; its answer to a challenge is a hash of the password. */
  private static final String CHALLENGE = "mysql_native_password";

  private LoginMethods() {}

  /** Returns the driver's properties for how TLS is used with a server. */
  static Map<String, String> properties(TlsMode tls) {
    List<String> off = new ArrayList<>(NEVER);
    if (!tls.verifies()) {
      off.add(CLEAR);
    }
    if (!tls.mayShowPassword()) {
      off.addAll(CLEAR_OVER_TLS);
      return Map.of(
          "disabledAuthenticationPlugins",
          String.join(",", off),
          "defaultAuthenticationPlugin",
          CHALLENGE);
    }
    return Map.of("disabledAuthenticationPlugins", String.join(",", off));
  }

  /** Returns what to report where the driver has no method, for a method that is off. */
  static SQLException explained(SQLException e, TlsMode tls) {
    String message = String.valueOf(e.getMessage());
    for (String method : NEVER) {
      if (names(message, method)) {
        return with(
            e,
            "the server asks for a login by "
                + method
                + ", which is never used, since it may give the password away to a false server:"
                + " change the user's authentication plugin");
      }
    }
    if (message.contains(PUBLIC_KEY)) {
      return with(
          e,
          "the server asks for a login by caching_sha2_password or sha256_password, which needs TLS,"
              + " or else a key of the server's that nothing vouches for: set sslMode (DB_SSL_MODE)"
              + " to REQUIRED or a mode that verifies, and see that the server has TLS");
    }
    if (!tls.verifies() && names(message, CLEAR)) {
      return with(
          e,
          "the server asks for the password itself ("
              + CLEAR
              + "), which it gets only if its certificate is verified: set sslMode (DB_SSL_MODE)"
              + " to VERIFY_IDENTITY");
    }
    if (!tls.mayShowPassword()) {
      for (String method : CLEAR_OVER_TLS) {
        if (names(message, method)) {
          return with(
              e,
              "the server asks for a login by "
                  + method
                  + ", in which it may ask for the password itself, and its certificate is not"
                  + " verified: set sslCa (DB_SSL_CA) to a file with its authority's certificate;"
                  + " sslMode (DB_SSL_MODE) VERIFY_IDENTITY verifies it with the JVM's trust store,"
                  + " REQUIRED gives the password to any server that answers");
        }
      }
    }
    return e;
  }

  /** The driver's text is translated, the name is not. */
  private static boolean names(String message, String method) {
    return message.contains("'" + method + "'") || message.contains("\"" + method + "\"");
  }

  private static SQLException with(SQLException e, String message) {
    return new SQLException(message, e.getSQLState(), e.getErrorCode(), e);
  }
}
