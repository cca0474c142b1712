package dev.thaw.examples.assetapi;

import dev.thaw.FailureKind;
import java.sql.SQLException;

/**
 * Does a write again that reached a server which takes no writes any more, as it happens to the
 * first write after a failover. That server has executed nothing, so nothing can happen twice, and
 * the provider has retired the connection: the next one leads to where the database's name leads
 * now.
 */
final class FailoverRetry {
  private FailoverRetry() {}

  /**
   * Does a write, at most twice. It gets a connection of its own each time, by one deadline, and
   * does all its work in one transaction.
   */
  static <T> T of(Write<T> write) throws SQLException {
    try {
      return write.run();
    } catch (SQLException e) {
      if (!hasReachedFormerWriter(e)) {
        throw e;
      }
      try {
        return write.run();
      } catch (SQLException again) {
        again.addSuppressed(e);
        throw again;
      }
    }
  }

  private static boolean hasReachedFormerWriter(SQLException failure) {
    // Every kind is named, so that the compiler asks about a new one.
    return switch (FailureKind.of(failure)) {
      case READ_ONLY -> true;
      case CREDENTIALS_REFUSED,
          SCHEMA_REFUSED,
          TOO_MANY_CONNECTIONS,
          UNREACHABLE,
          BROKEN,
          TIMEOUT,
          OTHER ->
          false;
    };
  }

  /** A write. */
  @FunctionalInterface
  interface Write<T> {
    T run() throws SQLException;
  }
}
