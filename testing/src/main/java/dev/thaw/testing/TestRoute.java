package dev.thaw.testing;

import dev.thaw.Deadline;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.testing.fault.FaultProxy;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way from a test's provider to the server: straight, or through a {@link FaultProxy} as soon
 * as one is asked for, whatever comes first. A provider looks for the way at each connect.
 */
final class TestRoute implements CredentialsSource {
  private final CredentialsSource source;
  private final String host;
  private final int port;
  private volatile @Nullable FaultProxy proxy;

  /**
   * Creates the straight way.
   *
   * @param source where the login comes from
   * @param host the host that the way leads to
   * @param port its port
   */
  TestRoute(CredentialsSource source, String host, int port) {
    this.source = source;
    this.host = host;
    this.port = port;
  }

  void through(FaultProxy value) {
    this.proxy = value;
  }

  @Override
  public DatabaseCredentials credentials(Deadline deadline) throws SQLException {
    return routed(source.credentials(deadline));
  }

  @Override
  public Optional<DatabaseCredentials> refused(DatabaseCredentials refused, Deadline deadline)
      throws SQLException {
    return source.refused(refused, deadline).map(this::routed);
  }

  private DatabaseCredentials routed(DatabaseCredentials login) {
    FaultProxy through = proxy;
    DatabaseCredentials.Builder builder =
        DatabaseCredentials.builder(login.username(), login.password())
            .host(through == null ? host : through.host())
            .port(through == null ? port : through.port())
            .needsVerifiedTls(login.needsVerifiedTls());
    login.database().ifPresent(builder::database);
    login.version().ifPresent(builder::version);
    login.expiry().ifPresent(builder::expiry);
    login.retrievedAt().ifPresent(builder::retrievedAt);
    login.staleSince().ifPresent(builder::staleSince);
    return builder.build();
  }

  @Override
  public String refusalAdvice() {
    return source.refusalAdvice();
  }

  @Override
  public boolean needsVerifiedTls() {
    return source.needsVerifiedTls();
  }

  @Override
  public void invalidate() {
    source.invalidate();
  }

  @Override
  public void close() {
    source.close();
  }

  @Override
  public String toString() {
    return source.toString();
  }
}
