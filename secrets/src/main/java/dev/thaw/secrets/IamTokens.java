package dev.thaw.secrets;

import dev.thaw.Deadline;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.secrets.RoleKeys.Keys;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The token of one database user: signed when needed, kept for a time, signed anew after a refusal
 * that a new one may help against.
 *
 * <p>Signing sends nothing; only the keys may have to be fetched. Thread-safe.
 */
final class IamTokens {
  // Fixed by the service: Amazon RDS User Guide, "IAM database authentication".
  static final Duration LIFETIME = Duration.ofMinutes(15);
  // What is left is for the login, and for a clock that is wrong by a few minutes.
  static final Duration SERVED = Duration.ofMinutes(10);

  /** A refusal of a token that is younger has another reason than its age. */
  static final Duration YOUNG = Duration.ofMinutes(1);

  private static final String SERVICE = "rds-db";
  private static final String VERSION = "iam";
  private static final int HTTPS_PORT = 443;

  private final Login login;
  private final String description;
  private final KeySource keys;
  private final ElapsedClock clock;
  private final SignatureV4 signature;
  private @Nullable Token token;
  private int era;
  private boolean closed;

  /**
   * Whom a token lets in, and where.
   *
   * @param host the host to connect to
   * @param port the port to connect to
   * @param database the default schema, if one is set
   * @param username the database user
   * @param signedHost the host that the token is for
   * @param signedPort the port that the token is for
   */
  record Login(
      String host,
      int port,
      @Nullable String database,
      String username,
      String signedHost,
      int signedPort) {

    /** Returns the header {@code Host} that is signed, as AWS's SDK writes it. */
    String signedAddress() {
      return signedPort == HTTPS_PORT ? signedHost : signedHost + ":" + signedPort;
    }
  }

  /** A token, as credentials, and what its use depends on. */
  private record Token(
      DatabaseCredentials credentials, Keys keys, long signedAt, Instant signed, long serve) {}

  /**
   * Makes it; signs nothing yet.
   *
   * @param description names the user's database in messages
   * @param region the database's region
   */
  IamTokens(String description, Login login, String region, KeySource keys, ElapsedClock clock) {
    this.description = description;
    this.login = login;
    this.keys = keys;
    this.clock = clock;
    this.signature = new SignatureV4(region, SERVICE);
  }

  /** Returns the token to log in with now. */
  DatabaseCredentials current(Deadline deadline) throws SQLException {
    int began = requireOpen();
    Token held = fresh();
    if (held != null) {
      return held.credentials();
    }
    Keys now = keys(deadline);
    synchronized (this) {
      // Another thread may have signed while this one waited for the keys.
      held = fresh();
      return (held == null ? sign(now, began) : held).credentials();
    }
  }

  /** Returns another token, if the refused one may have been refused for what is no more. */
  Optional<DatabaseCredentials> refused(DatabaseCredentials refused, Deadline deadline)
      throws SQLException {
    int began = requireOpen();
    Token held = fresh();
    if (held == null || !held.credentials().sameLogin(refused)) {
      return Optional.of(current(deadline));
    }
    Keys now = keys(deadline);
    synchronized (this) {
      Token latest = fresh();
      if (latest != null && !latest.credentials().sameLogin(refused)) {
        return Optional.of(latest.credentials());
      }
      boolean young = clock.nanos() - held.signedAt() <= YOUNG.toNanos();
      return young && held.keys().equals(now)
          ? Optional.empty()
          : Optional.of(sign(now, began).credentials());
    }
  }

  /** Returns keys that have not expired: what they sign would be refused. */
  private Keys keys(Deadline deadline) throws SQLException {
    Keys found = keys.keys(deadline);
    if (found.hasExpired(clock.now())) {
      keys.forget();
      found = keys.keys(deadline);
    }
    return found.unexpired(description, clock.now());
  }

  private synchronized @Nullable Token fresh() {
    Token held = token;
    return held != null
            && clock.nanos() - held.signedAt() < held.serve()
            // A clock that was set back: the token would be one of the future.
            && !clock.now().isBefore(held.signed())
        ? held
        : null;
  }

  /** Signs a token, and keeps it unless all was forgotten since the keys were asked for. */
  private synchronized Token sign(Keys now, int began) {
    long signedAt = clock.nanos();
    Instant signed = clock.now();
    Instant end = signed.plus(LIFETIME);
    Duration serve = SERVED;
    Instant keysEnd = now.expiry();
    if (keysEnd != null && keysEnd.isBefore(end)) {
      // "Using temporary security credentials": what they have signed ends with them.
      end = keysEnd;
      Duration left = Duration.between(signed, keysEnd);
      serve = left.compareTo(serve) < 0 ? left : serve;
    }
    DatabaseCredentials.Builder credentials =
        DatabaseCredentials.builder(
                login.username(),
                signature.presigned(
                    login.signedAddress(),
                    Map.of("Action", "connect", "DBUser", login.username()),
                    now,
                    signed.getEpochSecond(),
                    (int) LIFETIME.toSeconds()))
            .host(login.host())
            .port(login.port())
            .version(VERSION)
            .retrievedAt(signed)
            .expiry(end)
            .needsVerifiedTls(true);
    if (login.database() != null) {
      credentials.database(login.database());
    }
    Token made = new Token(credentials.build(), now, signedAt, signed, serve.toNanos());
    if (era == began) {
      token = made;
    }
    return made;
  }

  private synchronized int requireOpen() throws SQLException {
    if (closed) {
      throw SourceFailures.closed(description);
    }
    return era;
  }

  /** Forgets token and keys; what is being signed at this moment will not be kept. */
  void invalidate() {
    synchronized (this) {
      era++;
      token = null;
    }
    keys.forget();
  }

  void close() {
    synchronized (this) {
      closed = true;
    }
    invalidate();
  }
}
