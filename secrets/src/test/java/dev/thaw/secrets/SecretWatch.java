package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.util.Throwables.getStackTrace;

import dev.thaw.Deadline;
import dev.thaw.PooledConnectionProvider;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Watches, while it is open, for passwords in what is logged and in what it is shown. Knows each
 * password that passes through the sources it was laid over.
 */
final class SecretWatch implements AutoCloseable {
  private final CapturedLog log = new CapturedLog();
  private final Set<String> passwords = ConcurrentHashMap.newKeySet();
  private final Queue<String> shown = new ConcurrentLinkedQueue<>();
  private final Queue<PooledConnectionProvider> providers = new ConcurrentLinkedQueue<>();

  /** Returns a source that does the same, watched. */
  CredentialsSource over(CredentialsSource source) {
    return new CredentialsSource() {
      @Override
      public DatabaseCredentials credentials(Deadline deadline) throws SQLException {
        try {
          return seen(source.credentials(deadline));
        } catch (SQLException e) {
          show(e);
          throw e;
        }
      }

      @Override
      public Optional<DatabaseCredentials> refused(DatabaseCredentials refused, Deadline deadline)
          throws SQLException {
        try {
          return source.refused(refused, deadline).map(SecretWatch.this::seen);
        } catch (SQLException e) {
          show(e);
          throw e;
        }
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
    };
  }

  private DatabaseCredentials seen(DatabaseCredentials credentials) {
    if (passwords.add(credentials.password())) {
      shown.add(credentials.toString());
    }
    return credentials;
  }

  /** Builds a provider, whose texts are looked at in the end. */
  PooledConnectionProvider build(PooledConnectionProvider.Builder builder) {
    PooledConnectionProvider provider = builder.build();
    providers.add(provider);
    return provider;
  }

  /** Looks at all that an exception can show. */
  void show(Throwable thrown) {
    shown.add(getStackTrace(thrown));
  }

  /** Fails if a password was to be seen. */
  void assertNothingSeen() {
    for (PooledConnectionProvider provider : providers) {
      shown.add(provider.stats() + " " + provider.check());
    }
    List<String> lines = log.text().lines().toList();
    assertThat(passwords).as("passwords that were served").isNotEmpty();
    assertThat(lines).as("the level of the log").anyMatch(line -> line.contains(" DEBUG "));
    assertThat(lines).filteredOn(this::holdsPassword).isEmpty();
    assertThat(shown).filteredOn(this::holdsPassword).isEmpty();
  }

  private boolean holdsPassword(String text) {
    return passwords.stream().anyMatch(text::contains);
  }

  @Override
  public void close() {
    log.close();
  }
}
