package dev.thaw.testing.aws;

import static java.util.Objects.requireNonNull;

import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.testing.internal.iam.IamFront;
import dev.thaw.testing.internal.iam.TokenCheck;
import dev.thaw.testing.internal.iam.TokenKeys;
import dev.thaw.testing.internal.server.ServerCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A stand-in for a database of RDS with IAM authentication: a front on the loopback interface that
 * asks for a token and leads to a real server.
 *
 * <p>As RDS does, it asks for TLS and for {@code mysql_clear_password}, and checks the token's
 * address, user, region, time and signature, here with the keys of {@link #environment()}. A user
 * who is let in is logged in to the real server with the password that was given to {@link
 * #allow(DatabaseCredentials)}; from then on the front only relays. A user who is not gets error
 * 1045 without a reason, and {@link #refusals()} has the reason.
 *
 * <p>What is not like RDS: the certificate is of an authority of its own ({@link
 * #caCertificate()}), a token counts for {@code host:port} of the front, and nothing limits the
 * logins.
 *
 * <p>Thread-safe. Its threads are daemons.
 */
public final class FakeIamServer implements AutoCloseable {
  private static final String REGION = "eu-central-1";

  /** The numbers of the open ones: none has the authority of another, and certificates are kept. */
  private static final BitSet TAKEN = new BitSet();

  private final TokenKeys keys = TokenKeys.random();
  private final Map<String, String> passwords = new ConcurrentHashMap<>();
  private final IamFront front;
  private final ServerCertificate certificate;
  private final int number;
  private final AtomicBoolean closed = new AtomicBoolean();

  private FakeIamServer(DatabaseInstance server, InstantSource clock) {
    this.number = takeNumber();
    this.certificate = ServerCertificate.of("iam" + number, List.of("localhost", host()));
    TokenCheck check = new TokenCheck(keys, REGION, clock);
    try {
      this.front =
          new IamFront(
              certificate.context().getSocketFactory(),
              new IamFront.Door(
                  new InetSocketAddress(server.host(), server.port()),
                  user -> Optional.ofNullable(passwords.get(user)),
                  (token, user) -> check.refusal(token, address(), user)));
    } catch (IOException e) {
      throw new UncheckedIOException("no IAM authentication in front of " + server, e);
    }
  }

  private static int takeNumber() {
    synchronized (TAKEN) {
      int free = TAKEN.nextClearBit(0);
      TAKEN.set(free);
      return free;
    }
  }

  /**
   * Starts a front for a server, on a free port.
   *
   * @param server the real server
   * @return the running front, which refuses every login so far
   * @throws UncheckedIOException if it cannot open a port
   */
  public static FakeIamServer start(DatabaseInstance server) {
    return start(server, InstantSource.system());
  }

  /**
   * Starts a front for a server, on a free port.
   *
   * @param server the real server
   * @param clock the time that tokens are judged by
   * @return the running front, which refuses every login so far
   * @throws UncheckedIOException if it cannot open a port
   */
  public static FakeIamServer start(DatabaseInstance server, InstantSource clock) {
    return new FakeIamServer(requireNonNull(server, "server"), requireNonNull(clock, "clock"));
  }

  /**
   * Lets a user of the real server in who comes with a token.
   *
   * @param user the user's login there
   */
  public void allow(DatabaseCredentials user) {
    passwords.put(user.username(), user.password());
  }

  /** Returns the host that clients connect to: the loopback address. */
  public String host() {
    return InetAddress.getLoopbackAddress().getHostAddress();
  }

  /** Returns the port that clients connect to. */
  public int port() {
    return front.port();
  }

  private String address() {
    return host() + ":" + port();
  }

  /** Returns the region that tokens must be signed for. */
  public String region() {
    return REGION;
  }

  /** Returns a file with the certificate of the authority that has signed the front's, in PEM. */
  public Path caCertificate() {
    return certificate.authority();
  }

  /**
   * Returns the environment variables by which {@code ConnectionProviders.fromEnvironment()} comes
   * here with tokens, and the keys of the role among them; {@code DB_USER} and {@code DB_NAME} are
   * the caller's to add.
   */
  public Map<String, String> environment() {
    return Map.of(
        "DB_AUTH", "iam",
        "DB_HOST", host(),
        "DB_PORT", String.valueOf(port()),
        "DB_SSL_CA", certificate.authority().toString(),
        "AWS_REGION", REGION,
        "AWS_ACCESS_KEY_ID", keys.accessKeyId(),
        "AWS_SECRET_ACCESS_KEY", keys.secretAccessKey(),
        "AWS_SESSION_TOKEN", keys.sessionToken());
  }

  /** Returns how many logins have succeeded. */
  public long logins() {
    return front.logins();
  }

  /** Returns why logins were refused, in their order; no text shows a token or a key. */
  public List<String> refusals() {
    return front.refusals();
  }

  /** Closes the port and every connection. Idempotent. */
  @Override
  public void close() {
    front.close();
    if (closed.compareAndSet(false, true)) {
      synchronized (TAKEN) {
        TAKEN.clear(number);
      }
    }
  }

  @Override
  public String toString() {
    return "FakeIamServer[" + address() + "]";
  }
}
