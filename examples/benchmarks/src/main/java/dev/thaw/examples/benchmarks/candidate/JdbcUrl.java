package dev.thaw.examples.benchmarks.candidate;

/** The address of the database for JDBC drivers. */
final class JdbcUrl {
  private JdbcUrl() {}

  /** Returns the address for the driver that a prefix names, such as {@code jdbc:mysql}. */
  static String of(String driver) {
    return driver
        + "://"
        + System.getenv("DB_HOST")
        + ":"
        + System.getenv("DB_PORT")
        + "/"
        + System.getenv("DB_NAME")
        + "?sslMode=REQUIRED";
  }
}
