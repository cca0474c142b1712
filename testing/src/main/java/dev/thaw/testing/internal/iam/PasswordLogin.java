package dev.thaw.testing.internal.iam;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;

/**
 * Logs in to a real server with a password, in a client's place.
 *
 * <p>MySQL Source Code Documentation, "Native Authentication" and "Caching_sha2_password
 * information". Not thread-safe.
 */
final class PasswordLogin {
  private static final String NATIVE = "mysql_native_password";
  private static final String SHA2 = "caching_sha2_password";
  private static final int ERROR = 0xFF;
  private static final int SWITCH = 0xFE;
  private static final int MORE = 0x01;
  private static final int FULL = 0x04;
  private static final byte[] ASK_FOR_KEY = {0x02};

  private final PacketSocket server;
  private final byte[] password;
  private byte[] nonce;

  PasswordLogin(PacketSocket server, Greeting greeting, String password) {
    this.server = server;
    this.password = password.getBytes(StandardCharsets.UTF_8);
    this.nonce = greeting.nonce();
  }

  /** Logs in and returns the server's last word, that of success or that of an error. */
  byte[] login(LoginRequest request) throws IOException, GeneralSecurityException {
    server.write(request.without(scrambled(SHA2), SHA2));
    while (true) {
      byte[] payload = server.read();
      int kind = payload[0] & 0xFF;
      if (kind == SWITCH) {
        switchTo(payload);
      } else if (kind == MORE && payload[1] == FULL) {
        server.write(ASK_FOR_KEY);
        server.write(encrypted(server.read()));
      } else if (kind == 0 || kind == ERROR) {
        return payload;
      }
    }
  }

  private void switchTo(byte[] payload) throws IOException, GeneralSecurityException {
    int end = 1;
    while (payload[end] != 0) {
      end++;
    }
    String plugin = new String(payload, 1, end - 1, StandardCharsets.US_ASCII);
    nonce = Arrays.copyOfRange(payload, end + 1, end + 21);
    if (!plugin.equals(NATIVE) && !plugin.equals(SHA2)) {
      throw new IOException("the user logs in by " + plugin + ", which a front cannot");
    }
    server.write(scrambled(plugin));
  }

  private byte[] scrambled(String plugin) throws GeneralSecurityException {
    boolean sha1 = plugin.equals(NATIVE);
    MessageDigest digest = MessageDigest.getInstance(sha1 ? "SHA-1" : "SHA-256");
    byte[] once = digest.digest(password);
    byte[] twice = digest.digest(once);
    digest.update(sha1 ? nonce : twice);
    return xor(once, digest.digest(sha1 ? twice : nonce));
  }

  private byte[] encrypted(byte[] answer) throws GeneralSecurityException {
    String pem = new String(answer, 1, answer.length - 1, StandardCharsets.US_ASCII);
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    PublicKey key = KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der));
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
    cipher.init(Cipher.ENCRYPT_MODE, key);
    return cipher.doFinal(xor(Arrays.copyOf(password, password.length + 1), nonce));
  }

  private static byte[] xor(byte[] one, byte[] other) {
    byte[] result = new byte[one.length];
    for (int i = 0; i < one.length; i++) {
      result[i] = (byte) (one[i] ^ other[i % other.length]);
    }
    return result;
  }
}
